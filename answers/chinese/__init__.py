"""What an answer says around its quotes, in Chinese for who asks in Chinese. Quotes stay as they are written."""
