"""How Kubelore speaks to an API over HTTP, the same for every wiki: patient, bounded, and silent about credentials."""
