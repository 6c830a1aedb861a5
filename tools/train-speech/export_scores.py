"""The score models as ONNX.

    export_scores.py WORK_DIR OUT_DIR
"""
import sys
import warnings
from pathlib import Path

import torch

from corpus import FOLDS
from export_acoustic import OPSET
from packed import pack
from score_model import ScoreModel, Twins
from train_scores import PHONE_FEATURES, SENTENCE_FEATURES, TWINS


def main(work, out):
    inputs = ["phones", "words", "sentence", "present"]
    outputs = ["phone", "word", "score", "log_error"]
    axes = {"phones": {1: "phones"}, "words": {1: "words", 2: "phones"}, "present": {1: "phones"},
            "phone": {1: "phones"}, "word": {1: "words"}}
    example = (torch.randn(1, 9, PHONE_FEATURES), torch.ones(1, 3, 9) / 9, torch.randn(1, SENTENCE_FEATURES), torch.ones(1, 9))
    for fold in range(FOLDS):
        model = Twins([ScoreModel(PHONE_FEATURES, SENTENCE_FEATURES) for _ in range(TWINS)])
        model.load_state_dict(torch.load(work / f"scores-{fold}.pt"))
        path = out / f"scores-{fold}.onnx"
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            torch.onnx.export(
                pack(model).eval(), example, str(path), input_names=inputs, output_names=outputs,
                dynamic_axes=axes, opset_version=OPSET, do_constant_folding=False,
            )
        print(f"{path.name} {path.stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
