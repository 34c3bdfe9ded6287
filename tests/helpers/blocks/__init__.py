"""Panel kinds of the tests, found by the registry as the product's own are."""
