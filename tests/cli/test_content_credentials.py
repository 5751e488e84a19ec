"""A signed copy of a film carries its lineage's digest; the film itself stays as it is."""

from __future__ import annotations

import datetime
import json
from typing import TYPE_CHECKING

import pytest
from films import THREE_SHOTS

c2pa = pytest.importorskip("c2pa")
x509 = pytest.importorskip("cryptography.x509")

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Project


@pytest.fixture
def signer(tmp_path: Path) -> tuple[Path, Path]:
    """Make a test authority, a certificate signed by it, and its key."""
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

    now = datetime.datetime.now(datetime.UTC)
    keys = {name: ec.generate_private_key(ec.SECP256R1()) for name in ("authority", "signer")}
    certificates = []
    for number, name in enumerate(("signer", "authority"), start=1):
        is_authority = name == "authority"
        builder = (
            x509.CertificateBuilder()
            .subject_name(x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, name)]))
            .issuer_name(x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, "authority")]))
            .public_key(keys[name].public_key())
            .serial_number(number)
            .not_valid_before(now - datetime.timedelta(days=1))
            .not_valid_after(now + datetime.timedelta(days=1))
            .add_extension(x509.BasicConstraints(is_authority, None), critical=True)
            .add_extension(
                x509.KeyUsage(
                    not is_authority, False, False, False, False, is_authority, is_authority,
                    False, False,
                ),
                critical=True,
            )
            .add_extension(
                x509.SubjectKeyIdentifier.from_public_key(keys[name].public_key()), False
            )
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(keys["authority"].public_key()),
                False,
            )
        )  # fmt: skip
        if not is_authority:
            usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION])
            builder = builder.add_extension(usage, critical=False)
        certificates.append(builder.sign(keys["authority"], hashes.SHA256()))
    chain, key = tmp_path / "chain.pem", tmp_path / "key.pem"
    pem = serialization.Encoding.PEM
    chain.write_bytes(b"".join(one.public_bytes(pem) for one in certificates))
    key.write_bytes(
        keys["signer"].private_bytes(
            pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return chain, key


def submit(film: Project, *flags: str) -> tuple[int, str]:
    film.write(THREE_SHOTS)
    result = film.storyboard("submit", "--slate", "-q", "--name", "M", "--id", "1", *flags)
    return result.code, result.err


def test_a_signed_copy_tells_of_the_lineage(project: Project, signer: tuple[Path, Path]) -> None:
    chain, key = map(str, signer)
    code, err = submit(project, "--c2pa-chain", chain, "--c2pa-key", key)
    assert code == 0, err
    handin = project.folder / "handin"
    with (handin / "film.slate.c2pa.mp4").open("rb") as file, c2pa.Reader("video/mp4", file) as one:
        told = json.loads(one.json())
    active = told["manifests"][told["active_manifest"]]
    labels = {found["label"]: found["data"] for found in active["assertions"]}
    proof = json.loads((handin / "film.slate.provenance.json").read_text())
    assert labels["org.animegen.provenance"]["sha256"] == proof["digest"]
    (action,) = labels["c2pa.actions.v2"]["actions"]
    assert action["action"] == "c2pa.created"
    assert action["digitalSourceType"].endswith("/algorithmicMedia")
    problems = {found["code"] for found in told.get("validation_status", [])}
    assert problems <= {"signingCredential.untrusted"}  # nobody knows the test's authority
    assert project.storyboard("audit", "handin").code == 0


def test_a_key_without_certificates(project: Project, signer: tuple[Path, Path]) -> None:
    told = "error: a signed copy needs both --c2pa-chain and --c2pa-key\n"
    assert submit(project, "--c2pa-key", str(signer[1])) == (2, told)


def test_what_is_no_key(project: Project, signer: tuple[Path, Path]) -> None:
    code, err = submit(project, "--c2pa-chain", str(signer[0]), "--c2pa-key", str(signer[0]))
    assert code == 2
    assert "error: the private key cannot be read: " in err
    assert not (project.folder / "handin").exists()
