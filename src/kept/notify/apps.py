from django.apps import AppConfig


class NotifyConfig(AppConfig):
    """Telling people before they ask."""

    name = "kept.notify"
    verbose_name = "Telling people"
