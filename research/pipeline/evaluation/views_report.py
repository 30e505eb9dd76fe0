"""What was measured of several views of a scan: `research/documentation/views_<model>.json`."""

from pydantic import Field

from app.models.measured.test_set import Proportion
from app.models.strict import Fraction, Strict


class ViewsReport(Strict):
    """What `python -m research.pipeline views` measured of one model."""

    model: str
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$", description="Of the weights file.")
    views: int = Field(gt=1)
    cost: float = Field(gt=0, description="Time of all views over the time of one, median over the test images.")
    validation_images: int = Field(gt=0)
    single: Proportion = Field(description="Accuracy of one view on validation.")
    mean: Proportion = Field(description="Accuracy of the views' mean on validation.")
    single_nll: float = Field(ge=0, description="Negative log-likelihood of one view on validation, in nats.")
    mean_nll: float = Field(ge=0, description="The same of the views' mean.")
    test_agreeing: Proportion = Field(description="Test images whose views all agree.")
    wrong_agreeing: Proportion = Field(description="Of those, called wrongly.")
    wrong_disagreeing: Proportion = Field(description="Of the others, called wrongly.")
    spread_right: Fraction = Field(description="Mean spread of the probability where the answer is right.")
    spread_wrong: Fraction = Field(description="The same where it is wrong.")
