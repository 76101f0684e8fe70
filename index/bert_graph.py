"""The ONNX graph of a BERT sentence encoder, built from its safetensors weights: no torch, no exporter.

The model is the encoder of Devlin et al. 2019 (arXiv 1810.04805) with mean pooling over real tokens and L2 normalisation, as
all-MiniLM-L6-v2 is defined (its config.json and 1_Pooling/config.json). Attention and GELU are ONNX Runtime's fused operators
(domain com.microsoft), so the session has nothing left to fuse when it opens; the sum before a layer norm stays apart, which is
faster on short texts than the operator that fuses both. Other architectures are refused.

A second form of the graph, for short texts, has weights of 7 bits a channel and activations quantised as they come (dynamic
quantisation; Jacob et al. 2018, arXiv 1712.05877). Seven bits and not eight: products of eight overflow on processors without
VNNI, and a vector must not depend on the processor.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from safetensors import safe_open

Weights = Mapping[str, NDArray[np.float32]]
OPSET = 17
WEIGHTS = "weights.bin"
MICROSOFT = "com.microsoft"
POOLING_EPSILON = 1e-9


class UnsupportedModel(ValueError):
    """The weights are not those of a plain BERT encoder with absolute positions, GELU and mean pooling."""


def write_onnx(model_dir: Path, target: Path) -> None:
    """Write the ONNX file of the encoder in `model_dir` (config.json, model.safetensors) to `target`, its weights beside it.

    Weights in a file of their own are mapped when a session opens; inside the graph they would be read and copied. Inputs of
    the graph are `input_ids`, `attention_mask` and `token_type_ids`, all (n, s) int32; the output `embedding` is (n, d)
    float32, L2-normalised.

    Raises:
        UnsupportedModel: another architecture.
    """
    config = json.loads((model_dir / "config.json").read_text(encoding="utf-8"))
    pooling = json.loads((model_dir / "1_Pooling" / "config.json").read_text(encoding="utf-8"))
    _check(config, pooling)
    graph = _Graph()
    with safe_open(str(model_dir / "model.safetensors"), framework="np") as tensors:
        weights = {name: tensors.get_tensor(name) for name in tensors.keys()}  # noqa: SIM118 - not a mapping
    hidden = _embeddings(graph, weights, config)
    for layer in range(config["num_hidden_layers"]):
        hidden = _layer(graph, weights, config, layer, hidden)
    _pool(graph, hidden)
    weights_file = target.with_name(WEIGHTS)
    onnx.save_model(_model(graph, config), str(target), save_as_external_data=True, location=weights_file.name)
    weights_file.chmod(target.stat().st_mode)


def _check(config: Mapping[str, object], pooling: Mapping[str, object]) -> None:
    wanted = {"model_type": "bert", "hidden_act": "gelu", "position_embedding_type": "absolute"}
    wrong = [f"{key} is {config.get(key)!r}, not {value!r}" for key, value in wanted.items() if config.get(key, value) != value]
    if not pooling.get("pooling_mode_mean_tokens"):
        wrong.append("pooling is not the mean of tokens")
    if wrong:
        raise UnsupportedModel("; ".join(wrong))


class _Graph:
    """Nodes and weights under construction; every node writes one value named after it."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.initializers: list[onnx.TensorProto] = []

    def weight(self, name: str, value: NDArray[np.generic]) -> str:
        """Add a constant."""
        self.initializers.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def node(self, op: str, inputs: list[str], output: str, domain: str = "", **attributes: object) -> str:
        """Add a node with one output."""
        self.nodes.append(helper.make_node(op, inputs, [output], name=output, domain=domain, **attributes))
        return output


def _embeddings(graph: _Graph, weights: Weights, config: Mapping[str, float]) -> str:
    names = ("word_embeddings.weight", "position_embeddings.weight", "token_type_embeddings.weight")
    tables = [graph.weight(name, weights[f"embeddings.{name}"]) for name in names]
    gamma = graph.weight("embeddings.gamma", weights["embeddings.LayerNorm.weight"])
    beta = graph.weight("embeddings.beta", weights["embeddings.LayerNorm.bias"])
    inputs = ["input_ids", "token_type_ids", *tables, gamma, beta]
    # A second output (the mask's lengths) is required by the operator; attention takes the mask itself.
    node = helper.make_node(
        "EmbedLayerNormalization", inputs, ["embedded", "unused_lengths"], domain=MICROSOFT, epsilon=config["layer_norm_eps"]
    )
    graph.nodes.append(node)
    return "embedded"


def _layer(graph: _Graph, weights: Weights, config: Mapping[str, float], layer: int, hidden: str) -> str:
    stem = f"encoder.layer.{layer}"

    def matrix(part: str) -> str:
        return graph.weight(f"{stem}.{part}.weight", weights[f"{stem}.{part}.weight"].T)

    def vector(part: str) -> str:
        return graph.weight(f"{stem}.{part}", weights[f"{stem}.{part}"])

    def normalise(part: str, value: str, skip: str) -> str:
        shifted = graph.node("Add", [value, vector(f"{part}.dense.bias")], f"{stem}.{part}.shifted")
        summed = graph.node("Add", [shifted, skip], f"{stem}.{part}.summed")
        scale = [vector(f"{part}.LayerNorm.weight"), vector(f"{part}.LayerNorm.bias")]
        output = f"{stem}.{part}.normalised"
        return graph.node("LayerNormalization", [summed, *scale], output, axis=-1, epsilon=config["layer_norm_eps"])

    parts = [f"{stem}.attention.self.{name}" for name in ("query", "key", "value")]
    joined = graph.weight(f"{stem}.qkv.weight", np.concatenate([weights[f"{part}.weight"].T for part in parts], axis=1))
    bias = graph.weight(f"{stem}.qkv.bias", np.concatenate([weights[f"{part}.bias"] for part in parts]))
    heads = int(config["num_attention_heads"])
    attended = graph.node("Attention", [hidden, joined, bias, "attention_mask"], f"{stem}.attended", MICROSOFT, num_heads=heads)
    projected = graph.node("MatMul", [attended, matrix("attention.output.dense")], f"{stem}.projected")
    hidden = normalise("attention.output", projected, hidden)
    wide = graph.node("MatMul", [hidden, matrix("intermediate.dense")], f"{stem}.wide")
    active = graph.node("BiasGelu", [wide, vector("intermediate.dense.bias")], f"{stem}.active", MICROSOFT)
    narrow = graph.node("MatMul", [active, matrix("output.dense")], f"{stem}.narrow")
    return normalise("output", narrow, hidden)


def _pool(graph: _Graph, hidden: str) -> None:
    """Mean of the real tokens, then unit length."""
    last_axis = graph.weight("last_axis", np.array([2], dtype=np.int64))
    token_axis = graph.weight("token_axis", np.array([1], dtype=np.int64))
    mask = graph.node("Cast", ["attention_mask"], "mask", to=TensorProto.FLOAT)
    column = graph.node("Unsqueeze", [mask, last_axis], "mask_column")
    kept = graph.node("Mul", [hidden, column], "kept")
    total = graph.node("ReduceSum", [kept, token_axis], "total", keepdims=0)
    # The mean's divisor cancels in the normalisation, so the sum is enough.
    norm = graph.node("ReduceL2", [total], "norm", axes=[1], keepdims=1)
    floor = graph.node("Max", [norm, graph.weight("epsilon", np.array([POOLING_EPSILON], dtype=np.float32))], "norm_floor")
    graph.node("Div", [total, floor], "embedding")


def _model(graph: _Graph, config: Mapping[str, int]) -> onnx.ModelProto:
    names = ("input_ids", "attention_mask", "token_type_ids")
    inputs = [helper.make_tensor_value_info(name, TensorProto.INT32, ["n", "s"]) for name in names]
    output = helper.make_tensor_value_info("embedding", TensorProto.FLOAT, ["n", config["hidden_size"]])
    proto = helper.make_graph(graph.nodes, "bert_sentence_encoder", inputs, [output], initializer=graph.initializers)
    opsets = [helper.make_opsetid("", OPSET), helper.make_opsetid(MICROSOFT, 1)]
    return helper.make_model(proto, opset_imports=opsets, ir_version=9)


def write_quantised(source: Path, target: Path) -> None:
    """Write the encoder of the ONNX file `source` with weights of 7 bits to `target`; inputs and output stay the same."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    # The fused operators have no shape inference, so their outputs' type has to be told.
    types = {"DefaultTensorType": TensorProto.FLOAT}
    quiet = logging.getLogger()
    level = quiet.level
    quiet.setLevel(logging.ERROR)
    try:
        quantize_dynamic(source, target, weight_type=QuantType.QInt8, per_channel=True, reduce_range=True, extra_options=types)
    finally:
        quiet.setLevel(level)
