from django.apps import AppConfig


class OutlookConfig(AppConfig):
    """What the work shows about what is still open."""

    name = "kept.outlook"
    verbose_name = "Outlook"
