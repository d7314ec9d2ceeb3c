"""The journeys: what people do with the portal, in a real browser; one portal serves them all."""
