from django.apps import AppConfig


class NewsletterConfig(AppConfig):
    """The newsletter."""

    name = "kept.programme.newsletter"
    label = "newsletter"
    verbose_name = "Newsletter"
