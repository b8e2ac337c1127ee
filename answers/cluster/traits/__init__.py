"""What pods are set up to be and to do: the host network, root, capabilities, volumes, probes, tolerations."""
