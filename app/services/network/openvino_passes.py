"""Rewrites an exported graph for speed: removes transpositions, and folds normalizations into the kernels.

Keras uses channels-last tensors, so that the export puts each layer between two transpositions. OpenVINO chooses its
own memory layout, but it executes most of these transpositions, and they prevent it from fusing a convolution with the
operations after it.
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
    """Move every transposition behind later operations, in place, until it cancels out or reaches an output.

    A transposition ends at its inverse, at a reduction over axes, or at an output. Convolutions and pooling, which take
    channels first, do not move. The outputs do not change.
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
    """Fold each batch normalization after a convolution into its kernel and a bias, in place."""
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
    """Merge a transposition with the one before it; remove both if they cancel out."""
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
    """Move an operation before the transposition of its inputs, if the result is the same."""
    inputs = [each for each in node.inputs() if not _is_constant(each.get_source_output())]
    order, *others = (_order(each.get_source_output()) for each in inputs)
    if not order or any(other != order for other in others):
        return
    constants = [_value(value) for value in node.input_values() if _is_constant(value)]
    if order[1] != 1 if node.get_type_name() == _NORMALIZATION else any(value.size > 1 for value in constants):
        return
    readers = node.output(0).get_target_inputs()
    for each in inputs:
        each.replace_source_output(each.get_source_output().get_node().input_value(0))
    node.validate_and_infer_types()
    transposed = ops.transpose(node, ops.constant(order, np.int64)).output(0)
    for reader in readers:
        reader.replace_source_output(transposed)


def _order(value: openvino.Output) -> list[int]:
    """The axes of a transposed value in terms of its source; empty if the value is not a transposition."""
    node = value.get_node()
    return _value(node.input_value(1)).tolist() if node.get_type_name() == "Transpose" else []


def _is_constant(value: openvino.Output) -> bool:
    return isinstance(value.get_node(), openvino.op.Constant)


def _value(constant: openvino.Output) -> NDArray[Any]:
    values: NDArray[Any] = constant.get_node().data
    return values
