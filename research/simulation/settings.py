"""What the simulation varies, with the names that Ray Serve has for it."""

from pydantic import Field

from app.models.strict import Strict


class ServeSettings(Strict):
    """The settings of a deployment on Ray Serve."""

    min_replicas: int = Field(ge=1, description="Replicas without any load.")
    max_replicas: int = Field(ge=1, description="The most replicas.")
    target_ongoing_requests: float = Field(gt=0, description="Requests for each replica, waiting ones included.")
    max_ongoing_requests: int = Field(ge=1, description="The most requests that the router gives a replica.")
    max_queued_requests: int = Field(ge=1, description="The most requests that wait at the router; others get 503.")
    upscale_delay_s: float = Field(ge=0, description="Seconds of higher load before replicas are added.")
    downscale_delay_s: float = Field(ge=0, description="Seconds of lower load before replicas are removed.")
    upscaling_factor: float = Field(gt=0, description="Share of the missing replicas that are added at a time.")
    downscaling_factor: float = Field(gt=0, description="Share of the surplus replicas that are removed at a time.")
