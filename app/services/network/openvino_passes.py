"""An exported graph as a processor computes it fastest: without transpositions, normalizations in the kernels.

Keras' layers hand on channels-last tensors, so that each of them stands between two transpositions. OpenVINO lays
tensors out in memory as it likes, whichever way they are written, but it carries out most of these transpositions, and
they keep it from computing a convolution in one go with what follows.
"""

from typing import Any

import numpy as np
import openvino
from numpy.typing import NDArray
from openvino import opset13 as ops

_NORMALIZATION = "BatchNormInference"
_VALUE_BY_VALUE = ("Add", "Power", "Relu")
_OVER_AXES = ("ReduceMax", "ReduceMean")


def without_transpositions(graph: openvino.Model) -> None:
    """Move every transposition on in place, until it meets another that undoes it, a sum over axes, or an output.

    Convolutions and pooling, which take channels first, stay where they are; what is put out stays as it was.
    """
    for node in graph.get_ordered_ops():
        kind = node.get_type_name()
        if kind == "Convert" and node.get_output_element_type(0) == node.get_input_element_type(0):
            node.output(0).replace(node.input_value(0))
        elif kind == "Transpose":
            _join(node)
        elif kind in _VALUE_BY_VALUE or kind == _NORMALIZATION:
            _put_before_transposition(node)
        elif kind in _OVER_AXES and (order := _order(node.input_value(0))):
            axes = [order[axis] for axis in _value(node.input_value(1)).ravel().tolist()]
            node.input(0).replace_source_output(node.input_value(0).get_node().input_value(0))
            node.input(1).replace_source_output(ops.constant(axes, np.int64).output(0))
    graph.validate_nodes_and_infer_types()


def fold_normalizations(graph: openvino.Model) -> None:
    """Put each batch normalization of a convolution into its kernel and a bias, in place."""
    for node in graph.get_ordered_ops():
        if node.get_type_name() != _NORMALIZATION:
            continue
        convolution = node.input_value(0).get_node()
        if convolution.get_type_name() != "Convolution":
            continue
        gamma, beta, mean, variance = (_value(value) for value in node.input_values()[1:])
        scale = gamma / np.sqrt(variance + node.get_attributes()["epsilon"])
        kernel = _value(convolution.input_value(1)) * scale[:, np.newaxis, np.newaxis, np.newaxis]
        bias = (beta - mean * scale)[np.newaxis, :, np.newaxis, np.newaxis]
        convolution.input(1).replace_source_output(ops.constant(kernel).output(0))
        node.output(0).replace(ops.add(convolution, bias).output(0))
    graph.validate_nodes_and_infer_types()


def _join(transposition: openvino.Node) -> None:
    """Make a transposition and the one before it a single one, or none."""
    before = transposition.input_value(0)
    first, second = _order(before), _order(transposition.output(0))
    if not first or not second:
        return
    source, order = before.get_node().input_value(0), [first[axis] for axis in second]
    if order == sorted(order):
        transposition.output(0).replace(source)
    else:
        transposition.input(0).replace_source_output(source)
        transposition.input(1).replace_source_output(ops.constant(order, np.int64).output(0))


def _put_before_transposition(node: openvino.Node) -> None:
    """Carry out an operation before the transposition of what it is given, where that changes nothing."""
    places = [place for place in node.inputs() if not _is_constant(place.get_source_output())]
    order, *others = (_order(place.get_source_output()) for place in places)
    if not order or any(other != order for other in others):
        return
    constants = [_value(value) for value in node.input_values() if _is_constant(value)]
    if order[1] != 1 if node.get_type_name() == _NORMALIZATION else any(value.size > 1 for value in constants):
        return
    readers = node.output(0).get_target_inputs()
    for place in places:
        place.replace_source_output(place.get_source_output().get_node().input_value(0))
    node.validate_and_infer_types()
    transposed = ops.transpose(node, ops.constant(order, np.int64)).output(0)
    for reader in readers:
        reader.replace_source_output(transposed)


def _order(value: openvino.Output) -> list[int]:
    """The axes of what a value is the transposition of, in the value's order; empty where it is none."""
    node = value.get_node()
    return _value(node.input_value(1)).tolist() if node.get_type_name() == "Transpose" else []


def _is_constant(value: openvino.Output) -> bool:
    return isinstance(value.get_node(), openvino.op.Constant)


def _value(constant: openvino.Output) -> NDArray[Any]:
    values: NDArray[Any] = constant.get_node().data
    return values
