"""Settings: everything that a company may change comes from the environment, listed in docs/settings.md."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

import dj_database_url

KEPT_HOME = Path(os.environ.get("KEPT_HOME", "kept-data")).absolute()
KEPT_HOME.mkdir(parents=True, exist_ok=True)
KEPT_HISTORY = os.environ.get("KEPT_HISTORY", str(KEPT_HOME / "history"))


def _secret_key() -> str:
    """The key from the environment, or one made once and kept beside the data, readable by its owner alone."""
    if given := os.environ.get("KEPT_SECRET_KEY"):
        return given
    path = KEPT_HOME / "secret-key"
    if not path.exists():
        fresh = path.with_suffix(f".{os.getpid()}")
        fresh.touch(mode=0o600)
        fresh.write_text(secrets.token_urlsafe(50))
        try:
            path.hardlink_to(fresh)  # the first of several processes wins; the others read what it wrote
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return path.read_text().strip()


SECRET_KEY = _secret_key()
DEBUG = os.environ.get("KEPT_DEBUG") == "1"
ALLOWED_HOSTS = os.environ.get("KEPT_HOSTS", "127.0.0.1,localhost").split(",")
CSRF_TRUSTED_ORIGINS = [origin for origin in os.environ.get("KEPT_ORIGINS", "").split(",") if origin]
KEPT_ADDRESS = os.environ.get("KEPT_ADDRESS", next(iter(CSRF_TRUSTED_ORIGINS), "http://127.0.0.1:8000")).rstrip("/")
SECURE_BROWSER = any(origin.startswith("https://") for origin in CSRF_TRUSTED_ORIGINS)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_BROWSER
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SECURE_BROWSER else None

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "allauth",
    "allauth.account",
    "kept.people",
    "kept.ledger",
    "kept.customers",
    "kept.promises",
    "kept.outlook",
    "kept.api",
    "kept.notify",
    "kept.complaints",
    "kept.mail_in",
    "kept.programme.campaign",
    "kept.programme.cases",
    "kept.programme.goals",
    "kept.programme.lessons",
    "kept.programme.newsletter",
    "kept.programme.reviews",
    "kept.web",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "kept.web.middleware.content_security_policy",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "kept.web.middleware.time_zone",
    "kept.web.middleware.refusals",
]

ROOT_URLCONF = "kept.config.urls"
WSGI_APPLICATION = "kept.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [Path(__file__).parent.parent / "web" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]

DATABASES = {
    "default": dj_database_url.parse(
        os.environ.get("DATABASE_URL", f"sqlite:///{KEPT_HOME / 'kept.sqlite3'}"), conn_max_age=60
    )
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # IMMEDIATE: two writers queue up instead of failing half-way. FULL: an acknowledged act survives a power cut.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "people.Person"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "web:desk"
ACCOUNT_ADAPTER = "kept.web.sign_in.NoSignUp"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = True

EMAIL_BACKEND = os.environ.get("KEPT_MAIL_BACKEND", "django.core.mail.backends.filebased.EmailBackend")
EMAIL_FILE_PATH = KEPT_HOME / "mail"
EMAIL_HOST = os.environ.get("KEPT_MAIL_HOST", "127.0.0.1")
EMAIL_PORT = int(os.environ.get("KEPT_MAIL_PORT", "25"))
EMAIL_HOST_USER = os.environ.get("KEPT_MAIL_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("KEPT_MAIL_PASSWORD", "")
EMAIL_USE_TLS = os.environ.get("KEPT_MAIL_TLS") == "1"
EMAIL_TIMEOUT = 20
KEPT_MAIL_IN = os.environ.get("KEPT_MAIL_IN", "")
KEPT_MAIL_AUTHSERV = os.environ.get("KEPT_MAIL_AUTHSERV", "")
KEPT_LARGEST_MAIL = int(os.environ.get("KEPT_LARGEST_MAIL", str(35 * 1024 * 1024)))
KEPT_IMAP_HOST = os.environ.get("KEPT_IMAP_HOST", "")
KEPT_IMAP_TLS = os.environ.get("KEPT_IMAP_TLS", "1") == "1"
KEPT_IMAP_PORT = int(os.environ.get("KEPT_IMAP_PORT", "993" if KEPT_IMAP_TLS else "143"))
KEPT_IMAP_USER = os.environ.get("KEPT_IMAP_USER", "")
KEPT_IMAP_PASSWORD = os.environ.get("KEPT_IMAP_PASSWORD", "")
KEPT_IMAP_FOLDER = os.environ.get("KEPT_IMAP_FOLDER", "INBOX")
DEFAULT_FROM_EMAIL = os.environ.get("KEPT_MAIL_FROM", "kept@localhost")

# As Django logs by itself; but no log holds the secrets that stand in addresses.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {
        "debugging": {"()": "django.utils.log.RequireDebugTrue"},
        "without_secrets": {"()": "kept.config.quiet.WithoutSecrets"},
    },
    "formatters": {
        "server": {"()": "django.utils.log.ServerFormatter", "format": "[{server_time}] {message}", "style": "{"}
    },
    "handlers": {
        "console": {"class": "logging.StreamHandler", "filters": ["debugging", "without_secrets"]},
        "server": {"class": "logging.StreamHandler", "formatter": "server", "filters": ["without_secrets"]},
    },
    "loggers": {
        "django": {"handlers": ["console"], "level": "INFO"},
        "django.server": {"handlers": ["server"], "level": "INFO", "propagate": False},
    },
}

LANGUAGE_CODE = "en-gb"
TIME_ZONE = os.environ.get("KEPT_TIME_ZONE", "UTC")
USE_I18N = True
USE_TZ = True

STATIC_URL = "static/"
WHITENOISE_USE_FINDERS = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
KEPT_LARGEST_FILE = int(os.environ.get("KEPT_LARGEST_FILE", str(25 * 1024 * 1024)))
KEPT_MOST_FILES = int(os.environ.get("KEPT_MOST_FILES", "10"))
KEPT_LARGEST_UPLOAD = int(os.environ.get("KEPT_LARGEST_UPLOAD", str(500 * 1024 * 1024)))
KEPT_API_CALLS_A_MINUTE = int(os.environ.get("KEPT_API_CALLS_A_MINUTE", "1200"))
KEPT_WEBHOOK_PRIVATE = os.environ.get("KEPT_WEBHOOK_PRIVATE") == "1"
