"""What this service accepts and which of its parts are on, so that a front end offers nothing else."""

from fastapi import APIRouter
from pydantic import Field

from app import __version__
from app.config.choices import Switch
from app.models.strict import Body
from app.models.thresholds import HeatmapMethod
from app.routes.dependencies import ServicesDep
from app.routes.guards import GuardedRoute
from app.services.evaluation.schemas import MAX_SCANS
from app.services.imaging.formats import ACCEPTED_FORMATS, DICOM_INSTALLED
from app.services.inference.heatmaps import heatmap_methods
from app.services.trust.views import MAX_VIEWS

# No sign-in: a front end asks before it knows whether accounts are on.
router = APIRouter(prefix="/api/v1", tags=["service"], route_class=GuardedRoute)


class UploadLimits(Body):
    """The limits on requests."""

    upload_bytes: int = Field(description="Largest image file.")
    pixels: int = Field(description="Most pixels of an image.")
    batch_files: int = Field(description="Most files in a batch.")
    study_bytes: int = Field(description="Largest study, and largest file in a study after unpacking.")
    views: int = Field(description="Most views of a scan.")
    evaluation_scans: int = Field(description="Most scans in an evaluation.")


class Features(Body):
    """The parts that the operator can turn on and off."""

    studies: bool = Field(description="Whether it reads DICOM and NIfTI, and `POST /studies` answers.")
    accounts: bool = Field(description="Whether requests need a session or a key.")
    history: bool = Field(description="Whether predictions are stored.")
    images: bool = Field(description="Whether the history stores pictures.")
    gemini: bool = Field(description="Whether `explain=true` can have an explanation by Gemini.")
    drift: bool = Field(description="Whether drift is monitored.")


class Capabilities(Body):
    """What the service accepts and which of its parts are on."""

    version: str = Field(description="Version of the service.")
    models: list[str] = Field(description="Names of the models that it serves.")
    default_model: str
    heatmap_methods: dict[str, list[HeatmapMethod]] = Field(
        description="What `method` accepts with each model; the default first."
    )
    precisions: dict[str, str] = Field(
        description="Number format in which each model computes, `f32` or `bf16`: the quicker one on this processor, "
        "or the operator's choice. Empty until the models are loaded."
    )
    parallel_passes: int = Field(description="Most scans that it computes at the same time.")
    formats: list[str] = Field(description="Image formats that it reads.")
    limits: UploadLimits
    features: Features


@router.get(
    "/capabilities",
    summary="Get the capabilities",
    description="Version, models, formats and limits of this service, and which of its parts are on. Needs no sign-in.",
)
async def get_capabilities(parts: ServicesDep) -> Capabilities:
    settings, registry = parts.settings, parts.registry
    return Capabilities(
        version=__version__,
        models=list(registry.catalogue),
        default_model=registry.default,
        heatmap_methods={name: list(heatmap_methods(metadata)) for name, metadata in registry.catalogue.items()},
        precisions=registry.precisions,
        parallel_passes=settings.passes,
        formats=list(ACCEPTED_FORMATS),
        limits=UploadLimits(
            upload_bytes=settings.max_upload_bytes,
            pixels=settings.max_pixels,
            batch_files=settings.max_batch_files,
            study_bytes=settings.max_study_bytes,
            views=MAX_VIEWS,
            evaluation_scans=MAX_SCANS,
        ),
        features=Features(
            studies=DICOM_INSTALLED,
            accounts=settings.auth is Switch.ON,
            history=settings.keeps_history,
            images=settings.keeps_history and settings.keep_images is Switch.ON,
            gemini=settings.gemini_api_key is not None,
            drift=settings.drift is Switch.ON,
        ),
    )
