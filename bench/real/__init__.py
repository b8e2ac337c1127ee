"""A real Kubernetes control plane, built from Debian's source package, that the connector is tried on."""
