from django.apps import AppConfig


class MailInConfig(AppConfig):
    """Mail in."""

    name = "kept.mail_in"
    label = "mail_in"
    verbose_name = "Mail in"
