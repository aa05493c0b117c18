from django.apps import AppConfig


class CustomersConfig(AppConfig):
    """Results, ties, agreements: who is my customer, and what do both expect."""

    name = "kept.customers"
    verbose_name = "Customers"
