"""Fourth step of the training: the frontend and the acoustic models as ONNX.

    export_acoustic.py WORK_DIR NATIVE_DIR OUT_DIR
"""
import sys
import warnings
from pathlib import Path

import torch

from acoustic_model import AcousticModel, NATIVE_STATES
from frontend import BANDS, Frontend
from packed import pack

# The newest that this torch writes.
OPSET = 13


def export(module, example, path, names):
    inputs, outputs = names
    axes = {inputs: {1: "length"}, **{name: {1: "frames"} for name in outputs}}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            module.eval(), example, str(path), input_names=[inputs], output_names=list(outputs),
            dynamic_axes=axes, opset_version=OPSET, do_constant_folding=False,
        )
    print(f"{path.name} {path.stat().st_size / 1e6:.2f} MB")


def main(work, native, out):
    export(Frontend(native), torch.randn(1, 16_000) * 0.1, out / "frontend.onnx", ("samples", ["frames"]))
    for third, name in enumerate("abc"):
        model = AcousticModel()
        model.load_state_dict(torch.load(work / f"acoustic-{third}.pt"))
        example = torch.randn(1, 200, BANDS + NATIVE_STATES)
        export(pack(model), example, out / f"acoustic-{name}.onnx", ("frames", ["posteriors", "goodness"]))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3]))
