"""After each training of the acoustic models: the frontend and the acoustic models as ONNX.

    export_acoustic.py WORK_DIR NATIVE_DIR OUT_DIR
"""
import sys
import warnings
from pathlib import Path

import torch
from torch import nn

from acoustic_model import AcousticModel, NATIVE_STATES
from frontend import BANDS, NATIVE_CEPSTRA, Frontend
from packed import pack

# The newest that this torch writes.
OPSET = 13


class Spectra(nn.Module):
    def __init__(self, frontend):
        super().__init__()
        self.frontend = frontend

    def forward(self, samples):
        power = self.frontend.power(samples)
        return self.frontend.spectrum(power), self.frontend.cepstral(power)


class Native(nn.Module):
    def __init__(self, frontend):
        super().__init__()
        self.frontend = frontend

    def forward(self, cepstral):
        return self.frontend.native(cepstral)


class Listener(nn.Module):
    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, spectrum, native):
        return self.model(torch.cat([spectrum, native], 2))


def export(module, example, path, inputs, outputs):
    axes = {name: {1: "length"} for name in inputs} | {name: {1: "frames"} for name in outputs}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            module.eval(), example, str(path), input_names=inputs, output_names=outputs,
            dynamic_axes=axes, opset_version=OPSET, do_constant_folding=False,
        )
    print(f"{path.name} {path.stat().st_size / 1e6:.2f} MB")


def main(work, native, out):
    frontend = Frontend(native)
    export(Spectra(frontend), torch.randn(1, 16_000) * 0.1, out / "spectra.onnx", ["samples"], ["spectrum", "cepstral"])
    export(Native(frontend), torch.randn(1, 100, 3 * NATIVE_CEPSTRA), out / "native.onnx", ["cepstral"], ["native"])
    for third, name in enumerate("abc"):
        model = AcousticModel()
        model.load_state_dict(torch.load(work / f"acoustic-{third}.pt"))
        example = torch.randn(1, 200, BANDS), torch.randn(1, 200, NATIVE_STATES)
        export(Listener(pack(model)), example, out / f"acoustic-{name}.onnx", ["spectrum", "native"], ["posteriors", "goodness"])


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3]))
