"""The only place that knows DynamoDB: models, keys, and the transactions that save a change whole."""
