"""Every setting of the site, read from the environment. docs/settings.md explains each."""

import os
import re
import secrets
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import dj_database_url
import django_stubs_ext

from ivrsite.mail import read_email_url

# Lets `ModelAdmin[Line]` and its like be written in classes; Django itself cannot subscript them yet.
django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parent.parent

# What could not be read, by the variable's name. ivrsite.checks reports it and stops the start:
# raising here would be a traceback, and only one fault at a time.
UNREADABLE: dict[str, str] = {}

_YES = ("1", "true", "yes", "on")
_NO = ("", "0", "false", "no", "off")


def text(name: str, default: str = "") -> str:
    """The variable without surrounding blanks; an empty one counts as absent."""
    return os.environ.get(name, "").strip() or default


def words(name: str) -> tuple[str, ...]:
    """The variable's comma-separated parts."""
    return tuple(word for part in os.environ.get(name, "").split(",") if (word := part.strip()))


def flag(name: str) -> bool:
    """The variable as yes or no; absent is no."""
    word = text(name).lower()
    if word not in _YES + _NO:
        UNREADABLE[name] = f"{word[:40]!r} is neither yes nor no"
    return word in _YES


def count(name: str, default: int, most: int = 9999) -> int:
    """The variable as a whole number of at least 1."""
    word = text(name, str(default))
    if re.fullmatch("[1-9][0-9]{0,8}", word) and int(word) <= most:
        return int(word)
    UNREADABLE[name] = f"{word[:40]!r} is not a whole number from 1 to {most}"
    return default


def private_key() -> str:
    """The key itself, its lines apart by line ends or by \\n; or what is in the file that is named."""
    key, path = text("VONAGE_PRIVATE_KEY").replace("\\n", "\n"), text("VONAGE_PRIVATE_KEY_FILE")
    if key or not path:
        return key
    try:
        return Path(path).expanduser().read_text(encoding="ascii").strip()
    except (OSError, ValueError):
        UNREADABLE["VONAGE_PRIVATE_KEY_FILE"] = f"{path[:200]!r} cannot be read"
        return ""


def mail(url: str) -> dict[str, Any]:
    """Django's settings for EMAIL_URL; without one, or with one of no use, there is no host, and no mail is sent."""
    try:
        return read_email_url(url) if url else {}
    except ValueError as fault:
        UNREADABLE["EMAIL_URL"] = str(fault)
        return {}


def kept_secret_key(data_dir: Path) -> str:
    """A key made once and kept, so that sessions and calls outlive a restart; "" if it cannot be kept."""
    path = data_dir / "secret_key"
    draft = data_dir / f"secret_key.{os.getpid()}"
    try:
        if not path.exists():
            draft.touch(mode=0o600)
            draft.write_text(secrets.token_urlsafe(48))
            # Two workers may start at once; the link is atomic and the first one's key stays.
            try:
                os.link(draft, path)
            except FileExistsError:
                pass
            finally:
                draft.unlink()
        return path.read_text().strip()
    except OSError:
        return ""


def own_directory(path: Path) -> Path:
    """The directory, made for this user alone if absent. A fault is left to the check, which names it."""
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError:
        pass
    return path


def database(url: str, data_dir: Path) -> dict[str, Any]:
    """Django's entry for DATABASE_URL; {} (no database at all) if the URL is of no use."""
    try:
        found: dict[str, Any] = dict(dj_database_url.parse(url))
    except (ValueError, KeyError):
        UNREADABLE["DATABASE_URL"] = "it is not a database URL"
        return {}
    engine, options = found["ENGINE"], found.get("OPTIONS", {})
    if not found["NAME"]:
        UNREADABLE["DATABASE_URL"] = "it names no database"
        return {}
    if engine == "django.db.backends.sqlite3":
        # A file, as in production: in memory, threads would share one connection's locks.
        return found | {
            "OPTIONS": SQLITE_OPTIONS | options,
            "CONN_MAX_AGE": KEPT_SECONDS,
            "TEST": {"NAME": str(data_dir / "test.sqlite3")},
        }
    if engine == "django.db.backends.postgresql":
        return found | {
            "OPTIONS": POSTGRESQL_OPTIONS | options,
            "CONN_MAX_AGE": KEPT_SECONDS,
            "CONN_HEALTH_CHECKS": False,
        }
    UNREADABLE["DATABASE_URL"] = "it is neither PostgreSQL nor SQLite"
    return {}


# --- Where and how this server runs ------------------------------------------------------------------------

DEBUG = flag("DEBUG")
DATA_DIR = own_directory(Path(text("DATA_DIR", str(BASE_DIR / "var"))).expanduser().resolve())
SECRET_KEY = text("SECRET_KEY") or (kept_secret_key(DATA_DIR) if DEBUG else "")
SECRET_KEY_FALLBACKS = list(words("SECRET_KEY_FALLBACKS"))
LOG_LEVEL = text("LOG_LEVEL", "INFO").upper()

# The absolute base of each URL in an NCCO, without the slash at its end.
PUBLIC_URL = text("PUBLIC_URL", f"http://127.0.0.1:{text('PORT', '8000')}" if DEBUG else "").rstrip("/")
# A wrong URL ends in a check's message; it must not end here in a traceback.
_public = urlsplit(PUBLIC_URL) if "[" not in PUBLIC_URL else urlsplit("")

_LOCAL_HOSTS = [".localhost", "127.0.0.1", "[::1]"]
ALLOWED_HOSTS = list(words("ALLOWED_HOSTS"))
if DEBUG and not ALLOWED_HOSTS:
    ALLOWED_HOSTS = [*_LOCAL_HOSTS, *filter(None, [_public.hostname])]
CSRF_TRUSTED_ORIGINS = [f"{_public.scheme}://{_public.netloc}"] if _public.scheme and _public.netloc else []

# --- Vonage ------------------------------------------------------------------------------------------------

VONAGE_SIGNATURE_SECRETS = words("VONAGE_SIGNATURE_SECRET")
VONAGE_APPLICATION_ID = text("VONAGE_APPLICATION_ID")
# The application's own key: with it, and only with it, Vonage gives the sound of messages.
VONAGE_PRIVATE_KEY = private_key()
# True only where there is nothing to check a signature with: a secret, once set, is always asked for.
ALLOW_UNSIGNED_WEBHOOKS = (flag("ALLOW_UNSIGNED_WEBHOOKS") or DEBUG) and not VONAGE_SIGNATURE_SECRETS

# The demo's calls of the past tell their own time (manage.py simulate_calls). A production server never listens to it.
DEMO_CLOCK_WANTED = flag("DEMO_CLOCK")
DEMO_CLOCK = DEMO_CLOCK_WANTED and DEBUG

# --- Look-ups over HTTP ------------------------------------------------------------------------------------

# A service that hangs may hold a quarter of the threads that gunicorn.conf.py gives a worker, never all of them.
LOOKUP_THREADS = count("LOOKUP_THREADS", max(1, count("WEB_THREADS", 8) // 4))

# --- How long what is kept of callers stays (docs/privacy.md) ------------------------------------------------

KEEP_PAYLOAD_DAYS = count("KEEP_PAYLOAD_DAYS", 14)
KEEP_DIGIT_DAYS = count("KEEP_DIGIT_DAYS", 30)
KEEP_RECORDING_DAYS = count("KEEP_RECORDING_DAYS", 30)
KEEP_NUMBER_DAYS = count("KEEP_NUMBER_DAYS", 90)
# Of each class in one run of `manage.py prune`; the next run goes on.
PRUNE_AT_MOST = count("PRUNE_AT_MOST", 200_000, most=100_000_000)

# --- Mail, for those whose mailboxes are spoken to -----------------------------------------------------------

_mail = mail(text("EMAIL_URL"))
EMAIL_HOST = _mail.get("EMAIL_HOST", "")
EMAIL_PORT = _mail.get("EMAIL_PORT", 25)
EMAIL_HOST_USER = _mail.get("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = _mail.get("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_SSL = _mail.get("EMAIL_USE_SSL", False)
EMAIL_USE_TLS = _mail.get("EMAIL_USE_TLS", False)
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = SERVER_EMAIL = text("EMAIL_FROM", f"ivr@{_public.hostname or 'localhost'}")

# --- Database ----------------------------------------------------------------------------------------------

SQLITE_OPTIONS = {
    # Take the write lock at BEGIN: a transaction that first reads and then writes cannot wait for it later.
    "transaction_mode": "IMMEDIATE",
    "timeout": 2,
    # FULL: a committed turn outlives a power cut, not only a killed process.
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
}
POSTGRESQL_OPTIONS = {
    "application_name": "ivr",
    "connect_timeout": 2,
    # A host that vanished without a word is noticed within seconds, not after the system's two hours.
    "keepalives": 1,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 2,
    "tcp_user_timeout": 4000,
}
# Opening a connection anew for each request costs a webhook nine tenths of its rate: PostgreSQL starts a process for
# it, and SQLite's last one to close writes the whole log back.
KEPT_SECONDS = 60
# CONN_HEALTH_CHECKS stays off: its SELECT 1 before each request costs a fifth of a webhook's time,
# and the journal meets a dead connection by itself (it spools, and the next request connects anew).
# ATOMIC_REQUESTS stays off: whoever changes state owns the transaction, and a fault must still be recorded.
_database = database(text("DATABASE_URL", f"sqlite:///{DATA_DIR / 'ivr.sqlite3'}"), DATA_DIR)
DATABASES: dict[str, dict[str, Any]] = {"default": _database} if _database else {}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- The site ----------------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "ivrsite.apps.SiteConfig",
    "menus.apps.MenusConfig",
    "calls.apps.CallsConfig",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "axes",
    "csp",
]
MIDDLEWARE = [
    "ivrsite.middleware.WebhooksFirst",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "ivrsite.middleware.NoNul",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "ivrsite.urls"
WSGI_APPLICATION = "ivrsite.wsgi.application"
# Boxes of Django's own forms are ours to mend too, in templates/.
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("es", "Español")]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
TIME_ZONE = "UTC"
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = DATA_DIR / "static"
# With DEBUG the files are found where they lie, so that nothing has to be collected to look at a page.
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = DEBUG
_STATIC = "whitenoise.storage.CompressedManifestStaticFilesStorage"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage" if DEBUG else _STATIC,
    },
}
MEDIA_ROOT = DATA_DIR / "media"

# A menu with many options in several languages is one long form.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000

# --- Who may come in ---------------------------------------------------------------------------------------

AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{validator}"}
    for validator in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "admin:login"

AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_CLIENT_IP_CALLABLE = "ivrsite.middleware.client_ip"
AXES_VERBOSE = False

TRUST_PROXY = flag("TRUST_PROXY")
if TRUST_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

SECURE_SSL_REDIRECT = SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not DEBUG
SECURE_HSTS_SECONDS = 0 if DEBUG else 365 * 24 * 3600
# W005 and W021 ask to bind the domain's other hosts to https as well, which is not this site's to decide.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
SESSION_COOKIE_AGE = 8 * 3600
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
X_FRAME_OPTIONS = "DENY"

_SELF, _NONE = "'self'", "'none'"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [_SELF],
        "img-src": [_SELF, "data:"],
        "object-src": [_NONE],
        "base-uri": [_SELF],
        "form-action": [_SELF],
        "frame-ancestors": [_NONE],
        "media-src": [_SELF, "blob:"],  # a recording just made is heard before it is kept
    },
}

# --- The API (docs/api.md) -------------------------------------------------------------------------------------

# Requests a minute of one key or one user, in each worker process: they are counted in its memory, since counting
# them where all workers see it would cost every request a write to the database.
API_RATE = count("API_RATE", 600)
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "calls.api.login.KeyAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["calls.api.rights.May"],
    "DEFAULT_THROTTLE_CLASSES": ["calls.api.rights.Rate"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["calls.api.bodies.Body"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "calls.api.faults.answer",
    "URL_FORMAT_OVERRIDE": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Phone menus",
    "DESCRIPTION": "Lines, calls, measures and the two work lists. docs/api.md shows how to begin, docs/measures.md "
    "what each figure means.",
    "VERSION": "1",
    "SERVE_PERMISSIONS": ["calls.api.rights.May"],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SWAGGER_UI_SETTINGS": {"deepLinking": True, "validatorUrl": None},
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_NAME_OVERRIDES": {
        "CallbackState": "calls.models.callers.CallbackRequest.State",
        "MessageState": "calls.models.messages.Recording.State",
        "CallOutcome": "calls.models.log.CallOutcome",
        "Status": "calls.models.log.Status",
    },
    "PREPROCESSING_HOOKS": ["calls.api.schema.only_v1"],
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "calls.api.schema.add_faults",
    ],
}

# --- The server's log --------------------------------------------------------------------------------------

_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
if LOG_LEVEL not in _LEVELS:
    UNREADABLE["LOG_LEVEL"] = f"{LOG_LEVEL[:40]!r} is not one of {', '.join(_LEVELS)}"
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "ivrsite.log.LineFormatter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": LOG_LEVEL if LOG_LEVEL in _LEVELS else "INFO"},
    # Django's own handlers print only with DEBUG and mail to nobody; the root's handler does for all.
    "loggers": {name: {"handlers": [], "propagate": True} for name in ("django", "django.server", "axes")},
}
