"""The bill of materials of a release (CycloneDX 1.6): the packages that the service installs, and its models."""

import tomllib
from collections.abc import Iterable
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, requires
from uuid import NAMESPACE_URL, uuid5

from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model import ExternalReference, ExternalReferenceType, HashAlgorithm, HashType, XsUri
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from app import __version__
from app.config.settings import PROJECT_DIR
from app.models.model_file import ModelMetadata, read_metadata
from tools.supply.licences import licence_of
from tools.supply.packages import LockedPackage, Use, locked

_PROJECT = tomllib.loads((PROJECT_DIR / "pyproject.toml").read_text())["project"]


def bill_of_materials(epoch: int) -> str:
    """The bill as JSON; equal for equal files, with the seconds since 1970 as its time."""
    service = _component(_PROJECT["name"], __version__, ComponentType.APPLICATION, _PROJECT["license"])
    packages = {package: _package(package) for package in locked(Use.SERVING)}
    models = [_model(read_metadata(path)) for path in sorted((PROJECT_DIR / "models").glob("*_model.json"))]
    bom = Bom(components=[*packages.values(), *models], serial_number=uuid5(NAMESPACE_URL, f"{service.purl}@{epoch}"))
    bom.metadata.timestamp = datetime.fromtimestamp(epoch, UTC)
    bom.metadata.component = service
    bom.register_dependency(service, [*_named(packages, _PROJECT["dependencies"]), *models])
    for package, component in packages.items():
        bom.register_dependency(component, _named(packages, _requirements(package.name)))
    return str(JsonV1Dot6(bom).output_as_string(indent=2)) + "\n"


def _component(name: str, version: str, kind: ComponentType, licence: str | None) -> Component:
    purl = PackageURL("pypi", None, name, version) if kind is not ComponentType.MACHINE_LEARNING_MODEL else None
    licences = [LicenseFactory().make_from_string(licence)] if licence else []
    reference = str(purl or f"model:{name}@{version}")
    return Component(name=name, version=version, type=kind, purl=purl, bom_ref=reference, licenses=licences)


def _package(package: LockedPackage) -> Component:
    component = _component(package.name, package.version, ComponentType.LIBRARY, licence_of(package.name))
    if package.marker:
        component.description = f"Installed only where {package.marker}"
    # The index offers a package as several files, one for each platform.
    files = XsUri(f"https://pypi.org/project/{package.name}/{package.version}/#files")
    hashes = [HashType(alg=HashAlgorithm.SHA_256, content=digest) for digest in package.hashes]
    component.external_references.add(
        ExternalReference(type=ExternalReferenceType.DISTRIBUTION, url=files, hashes=hashes)
    )
    return component


def _model(metadata: ModelMetadata) -> Component:
    kind = ComponentType.MACHINE_LEARNING_MODEL
    component = _component(metadata.name, metadata.version, kind, _PROJECT["license"])
    component.description = f"models/{metadata.weights}: {metadata.description}"
    component.hashes.add(HashType(alg=HashAlgorithm.SHA_256, content=metadata.sha256))
    return component


def _requirements(name: str) -> Iterable[str]:
    """What a package can require, its extras included."""
    try:
        return requires(name) or ()
    except PackageNotFoundError:
        # It is for another platform.
        return ()


def _named(packages: dict[LockedPackage, Component], requirements: Iterable[str]) -> list[Component]:
    names = {canonicalize_name(Requirement(text).name) for text in requirements}
    return [component for package, component in packages.items() if package.name in names]
