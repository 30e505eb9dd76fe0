"""Results about several views of a scan: `research/documentation/views_<model>.json`."""

from pydantic import Field

from app.models.measured.test_set import Proportion
from app.models.strict import Fraction, Strict


class ViewsReport(Strict):
    """Results of `python -m research.pipeline views` for one model."""

    model: str
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$", description="SHA-256 of the weights file.")
    views: int = Field(gt=1)
    cost: float = Field(gt=0, description="Time of all views divided by the time of one, median over the test images.")
    validation_images: int = Field(gt=0)
    single: Proportion = Field(description="Accuracy of one view on validation.")
    mean: Proportion = Field(description="Accuracy of the mean over the views on validation.")
    single_nll: float = Field(ge=0, description="Negative log-likelihood of one view on validation, in nats.")
    mean_nll: float = Field(ge=0, description="The same for the mean over the views.")
    test_agreeing: Proportion = Field(description="Test images whose views all agree.")
    wrong_agreeing: Proportion = Field(description="Mistakes among these.")
    wrong_disagreeing: Proportion = Field(description="Mistakes among the others.")
    spread_right: Fraction = Field(description="Mean spread of the probability for correct predictions.")
    spread_wrong: Fraction = Field(description="The same for mistakes.")
