"""Signs a copy of a film with C2PA content credentials, for programs that read those.

A signature holds a time and random numbers, so the copy is never the same twice: the film itself
stays as it is. Needs the `c2pa` extra. No time-stamping service is asked: nothing leaves the
machine.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from animegen import __version__
from animegen.errors import AnimegenError, UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from animegen.proof.document import Provenance

_SOURCES = "http://cv.iptc.org/newscodes/digitalsourcetype"
_GENERATED, _DRAWN = "trainedAlgorithmicMedia", "algorithmicMedia"
SIGNED = ".c2pa.mp4"
"""How the names of signed copies end."""
LABEL = "org.animegen.provenance"


class SigningFailed(AnimegenError):
    """The film could not be signed."""


def sign_copy(film: Path, target: Path, proof: Provenance, *, chain: Path, key: Path) -> None:
    """Write a signed copy of `film`; `chain` is the certificates, the signer's own first, as PEM.

    Raises:
        UsageError: when the extra is not installed, or key and certificates are not usable.
        SigningFailed: when the library refuses.
    """
    try:
        from c2pa import Builder, C2paError, C2paSignerInfo, Signer
    except ImportError:
        raise UsageError(
            "content credentials need c2pa-python", remedy="pip install 'animegen[c2pa]'"
        ) from None
    private = key.read_bytes()
    try:
        info = C2paSignerInfo(_algorithm(private), chain.read_bytes(), private, None)
        builder = Builder(json.dumps(_manifest(film.name, proof)))
        with Signer.from_info(info) as signer, film.open("rb") as source, target.open("w+b") as out:
            builder.sign(signer, "video/mp4", source, out)
    except C2paError as error:
        raise SigningFailed(
            f"{film.name} cannot be signed: {error}",
            remedy="C2PA wants a certificate that an authority signed, for e-mail or documents",
        ) from None


def _manifest(title: str, proof: Provenance) -> dict[str, Any]:
    kinds = {step.record.kind for step in proof.lineage.steps.values()}
    source = _GENERATED if "keyframe" in kinds else _DRAWN
    created = {"action": "c2pa.created", "digitalSourceType": f"{_SOURCES}/{source}"}
    told = {"sha256": proof.digest, "summary": proof.summary}
    return {
        "claim_generator_info": [{"name": "animegen", "version": __version__}],
        "title": title,
        "assertions": [
            {"label": "c2pa.actions", "data": {"actions": [created]}},
            {"label": LABEL, "data": told},
        ],
    }


def _algorithm(private: bytes) -> Any:
    """Return what C2PA calls the signature that this private key makes."""
    from c2pa import C2paSigningAlg
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        key = load_pem_private_key(private, None)
    except (ValueError, TypeError) as error:
        raise UsageError(f"the private key cannot be read: {error}") from None
    if isinstance(key, rsa.RSAPrivateKey):
        return C2paSigningAlg.PS256
    if isinstance(key, ed25519.Ed25519PrivateKey):
        return C2paSigningAlg.ED25519
    sizes = {256: C2paSigningAlg.ES256, 384: C2paSigningAlg.ES384, 521: C2paSigningAlg.ES512}
    if isinstance(key, ec.EllipticCurvePrivateKey) and key.curve.key_size in sizes:
        return sizes[key.curve.key_size]
    raise UsageError("C2PA has no signature for this kind of private key")
