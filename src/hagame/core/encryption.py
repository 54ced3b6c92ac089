"""Secrets that must be read again, such as the key of a second factor, rest encrypted.

AES-256-GCM (NIST SP 800-38D) under a key that HKDF (RFC 5869) derives from `SECRET_KEY`, another one for each purpose.
With another `SECRET_KEY` nothing of it can be read.
"""

from __future__ import annotations

import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from hagame.errors import CorruptState
from hagame.settings import Settings

NONCE_BYTES = 12
KEY_BYTES = 32


class Cipher:
    """Encrypts for one purpose. `owner` binds a secret to the row it stands in: moved elsewhere it cannot be read."""

    def __init__(self, settings: Settings, purpose: str) -> None:
        derive = HKDF(SHA256(), KEY_BYTES, salt=None, info=b"hagame " + purpose.encode())
        self._aead = AESGCM(derive.derive(settings.secret_key.get_secret_value().encode()))

    def encrypt(self, secret: str, owner: bytes) -> bytes:
        """Nonce, ciphertext and tag."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        return nonce + self._aead.encrypt(nonce, secret.encode(), owner)

    def decrypt(self, data: bytes, owner: bytes) -> str:
        """What `encrypt` was given. Raises `CorruptState` under another key, for another owner, or when altered."""
        try:
            return self._aead.decrypt(data[:NONCE_BYTES], data[NONCE_BYTES:], owner).decode()
        except (InvalidTag, ValueError) as error:
            raise CorruptState("A secret cannot be decrypted; SECRET_KEY may have changed.") from error
