"""Settings: defaults here, a TOML file (`MEDINFO_CONFIG`), then environment variables `MEDINFO_*`.

Secrets come from the environment or from key files only. Settings are read once by the composition roots (`assistant.cli`,
`assistant.api.app`) and passed down; nothing else reads them.
"""

from __future__ import annotations

import os
from functools import cached_property
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

from corpus import packaged_corpus_dir


class Settings(BaseSettings):
    """All settings. Paths are relative to the working directory unless absolute."""

    model_config = SettingsConfigDict(env_prefix="MEDINFO_", extra="forbid")

    data_dir: Path = Field(default=Path("var"), description="index, database, keys and backups live here")
    corpus_dir: Path | None = Field(default=None, description="documents and glossary; the packaged corpus when unset")
    extra_corpus_dirs: tuple[Path, ...] = Field(default=(), description="further corpus folders served together with it")
    database_url: str | None = Field(default=None, description="SQLAlchemy URL; SQLite under data_dir when unset")
    market: str = Field(default="US", description="market whose approved documents are served")
    mode: Literal["quote", "generate"] = Field(
        default="quote",
        description="`quote`: verbatim statements; `generate`: the model words them and each sentence is checked",
    )
    model: str = Field(default="", description="model of `generate`: openai:…, anthropic:…, ollama:… or https://host/v1#name")
    model_url: str = Field(default="", description="address of the model's provider, when it is not the usual one")
    model_key: SecretStr | None = Field(
        default=None, description="key of the model's provider; its own environment variable when unset"
    )
    model_timeout_s: float = Field(default=20.0, gt=0, description="time the model has for one answer, repairs included")
    model_repair_s: float = Field(default=6.0, gt=0, description="time it has for repairing one sentence")
    model_repairs: int = Field(default=3, ge=0, description="sentences of one answer that it may try to repair")
    model_retries: int = Field(default=1, ge=0, description="further calls when the first fails before its first word")
    model_chars: int = Field(default=6000, ge=200, description="what it may write for one answer, in characters")
    model_statements: int = Field(default=12, ge=1, description="approved statements given to it for one answer")
    model_failures: int = Field(default=3, ge=1, description="failures in a row after which it is left alone for a while")
    model_pause_s: float = Field(default=60.0, gt=0, description="how long it is left alone then")
    off_label: Literal["answer", "decline"] = Field(
        default="answer", description="an off-label question that the documents answer is answered, or always declined"
    )
    embedding_model: str = Field(default="all-MiniLM-L6-v2", description="sentence-transformers name or path")
    public_url: str = Field(default="http://127.0.0.1:8000", description="address of this service as clients see it")
    allowed_origins: tuple[str, ...] = Field(default=(), description="origins that may embed the widget, besides our own")
    secret_key: SecretStr | None = Field(default=None, description="signs tokens; a key file under data_dir when unset")
    case_key: SecretStr | None = Field(
        default=None, description="encrypts case originals; a key file under data_dir when unset"
    )
    safety_phone: str = Field(default="", description="phone line for safety reports, shown everywhere when set")
    safety_url: str = Field(default="", description="web address for safety reports")
    contact_phone: str = Field(default="", description="medical information phone line")
    max_question_chars: int = Field(default=2000, ge=1, description="longest question, in characters")
    oidc_issuer: str = Field(default="", description="OpenID Connect issuer for staff sign-in, e.g. https://login.example.org")
    oidc_client_id: str = Field(
        default="", description="client id registered there, redirect <public_url>/staff/sign-in/oidc/callback"
    )
    oidc_client_secret: SecretStr | None = Field(default=None, description="client secret registered there")
    oidc_label: str = Field(default="Single sign-on", description="what the sign-in button says")
    question_rate: str = Field(default="30/minute", description="per session, in `limits` notation")
    session_rate: str = Field(default="20/minute", description="new sessions per address")
    form_rate: str = Field(default="20/minute", description="forms, ratings and surveys per address")
    read_rate: str = Field(default="300/minute", description="documents and passages per address")
    key_rate: str = Field(default="120/minute", description="requests of one API key, unless the key has a rate of its own")
    accept_any_model: bool = Field(
        default=False, description="whether /v1/chat/completions answers whatever model name a client sends"
    )
    max_body_bytes: int = Field(default=512 * 1024, ge=1024, description="largest request body")
    body_timeout_s: float = Field(default=15.0, gt=0, description="time a client has to send its request")
    answer_timeout_s: float = Field(default=60.0, gt=0, description="time an answer may take")
    session_minutes: int = Field(default=30, ge=1, le=720, description="life of a widget token")
    attestation_version: str = Field(default="us-hcp-1", description="names the wording the asker accepts at the gate")
    host_issuers: dict[str, SecretStr] = Field(
        default_factory=dict, description="host sites that sign their own tokens: issuer to PEM public key or shared secret"
    )
    site_keys: dict[str, tuple[str, ...]] = Field(
        default_factory=dict, description="public keys of sites: key to the origins that may use it; not asked for when unset"
    )
    own_hosts: tuple[str, ...] = Field(default=(), description="hosts that are not 'another site' for the exit dialog")
    contact_hours: str = Field(default="", description="when the phone line is open")
    patient_url: str = Field(default="", description="where patients are sent")
    privacy_url: str = Field(default="", description="the privacy notice")
    starters: tuple[str, ...] = Field(default=(), description="questions offered at the start, on-label only")
    desk_targets: dict[str, tuple[str, ...]] = Field(
        default_factory=dict, description="addresses by desk of the routing policy: mailto:… or https://…"
    )
    smtp_url: SecretStr | None = Field(default=None, description="smtp://user:password@host:587 or smtps://…")
    mail_from: str = Field(default="medinfo@localhost", description="sender of e-mail")
    webhook_key: SecretStr | None = Field(default=None, description="signs webhooks; derived from the secret key when unset")
    retention_days: int = Field(default=3653, ge=1, description="how long conversations are kept")

    @cached_property
    def index_dir(self) -> Path:
        """Directory of the built index."""
        return self.data_dir / "index"

    @cached_property
    def content_dir(self) -> Path:
        """Corpus folder that documents are added to: the configured one, else one under `data_dir`; never the package."""
        return self.corpus_dir or self.data_dir / "content"

    @cached_property
    def corpus_dirs(self) -> tuple[Path, ...]:
        """Every corpus folder that is served: the configured or packaged one, what was added, and further topics."""
        first = self.corpus_dir or packaged_corpus_dir()
        added = [self.content_dir] if self.content_dir != first and (self.content_dir / "documents").is_dir() else []
        return (first, *added, *self.extra_corpus_dirs)

    @cached_property
    def ledger_path(self) -> Path:
        """What was decided about documents: approvals, withdrawals."""
        return self.data_dir / "ledger.json"

    @cached_property
    def corpus_cache_dir(self) -> Path:
        """Where what corpus files say is kept between runs."""
        return self.data_dir / "cache"

    @cached_property
    def resolved_database_url(self) -> str:
        """Database URL with the SQLite default filled in."""
        return self.database_url or f"sqlite:///{self.data_dir / 'medinfo.sqlite3'}"

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Order: arguments, environment, TOML file named by `MEDINFO_CONFIG`."""
        path = os.environ.get("MEDINFO_CONFIG")
        toml = (TomlConfigSettingsSource(settings_cls, Path(path)),) if path else ()
        return (init_settings, env_settings, *toml)
