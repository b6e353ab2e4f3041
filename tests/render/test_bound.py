"""A run bound into one file: a GIF that moves, a PDF to be leafed through."""

import io
import os
import subprocess
import sys
import unicodedata

import pytest

from kubelab import Cluster
from kubelab.render import RenderError, bound
from kubelab.views import theme
from kubelab.views.measure import width
from kubelab.views.scene import FORMS
from kubelab.views.slide import BAND, MOST_LINES, sentences, size, slide

PROGRAM = "deployment web x2 nginx:1.27\nservice web -> deployment web port 80"
SLIDES = "needs the extra slides: pip install -e .[slides]"


@pytest.fixture(scope="module")
def run():
    cluster = Cluster()
    cluster.apply(PROGRAM)
    cluster.run()
    return cluster


@pytest.fixture(scope="module")
def moving(run):
    image = pytest.importorskip("PIL.Image", reason=SLIDES)
    return image.open(io.BytesIO(run.film(last=12).gif()))


@pytest.fixture(scope="module")
def document(run):
    pypdf = pytest.importorskip("pypdf", reason=SLIDES)
    return pypdf.PdfReader(io.BytesIO(run.film().pdf()))


def frames_of(moving):
    for place in range(moving.n_frames):
        moving.seek(place)
        yield moving.convert("RGB"), moving.info["duration"]


def rgb(colour):
    return tuple(bytes.fromhex(colour[1:]))


def test_a_gif_has_a_frame_for_each_moment_and_is_shown_again_and_again(run, moving):
    times = [duration for _, duration in frames_of(moving)]
    assert times == [1500, *[1000] * (len(run.film(last=12).frames) - 2), 4000]
    assert moving.info["loop"] == 0


def test_a_gif_has_the_colours_of_the_picture(moving):
    *_, (frame, _) = frames_of(moving)
    seen = {colour for _, colour in frame.getcolors(frame.width * frame.height)}
    assert rgb(theme.CANVAS.light.fill) in seen
    assert rgb(theme.ACCENT.light.line) in seen
    assert frame.getpixel((2, 2)) == rgb(theme.CANVAS.light.fill)


def test_the_accent_is_where_the_step_changed_something(moving):
    accent = rgb(theme.ACCENT.light.line)
    counted = [
        dict(map(reversed, frame.getcolors(frame.width * frame.height))).get(accent, 0)
        for frame, _ in frames_of(moving)
    ]
    assert counted[0] == 0
    assert all(counted[1:])


def test_a_gif_is_sharp_and_no_wider_than_a_screen(run, moving):
    wide, high = size(run.film(last=12)._film.scene)
    assert moving.width == pytest.approx(min(bound.WIDEST, wide * bound.SHARPEST), abs=4)
    assert moving.height / moving.width == pytest.approx(high / wide, rel=0.01)


def test_a_pdf_has_a_page_for_each_moment_with_its_sentence_as_text(run, document):
    film = run.film()
    for place, index in enumerate(film.frames[1:], start=1):
        text = " ".join(document.pages[place].extract_text().split())
        assert f"step {index} ·" in text
        # Where a line is broken, and where a long one ends, is not the text's business.
        begin = " ".join(film._film.frame(index).sentence.split()[:6])
        assert begin.replace(" ", "") in text.replace(" ", "")


def test_a_pdf_tells_every_step_whole_at_its_end(run, document):
    pages = document.pages[len(run.film().frames) :]
    # A sentence may go on on the next page, and a font may draw two letters as one.
    title = f"Every step: {document.metadata.title}"
    texts = (unicodedata.normalize("NFKC", page.extract_text()) for page in pages)
    told = "".join("".join(text.replace(title, "").split()) for text in texts)
    for index in range(1, len(run.timeline) + 1):
        assert run.film()._film.frame(index).sentence.replace(" ", "") in told


def test_a_pdf_has_a_title_a_language_and_a_list_of_contents(run, document):
    assert document.metadata.title == f"topology, steps 0 to {len(run.timeline)}"
    assert document.trailer["/Root"]["/Lang"] == "en"
    titles = [item.title for item in document.outline]
    assert len(titles) == len(run.film().frames)
    assert titles[1].startswith("step 1 · 0s: You ")
    assert document.get_destination_page_number(document.outline[1]) == 1


def test_the_pages_have_the_size_of_the_picture_and_no_margin(run, document):
    wide, high = size(run.film()._film.scene)
    for page in document.pages:
        assert (float(page.mediabox.width), float(page.mediabox.height)) == pytest.approx((wide, high), abs=1)


def test_a_walk_is_bound_hop_by_hop(run):
    pypdf = pytest.importorskip("pypdf", reason=SLIDES)
    walk = run.walk("worker-1", "web:80")
    document = pypdf.PdfReader(io.BytesIO(run.film(walk).pdf()))
    assert "hop 2 of" in document.pages[2].extract_text()
    assert walk.hops[0].sentence.split()[0] in document.pages[1].extract_text()


@pytest.mark.parametrize("form", ["gif", "pdf"])
def test_the_same_run_gives_the_same_bytes_in_another_process(run, form):
    pytest.importorskip("PIL", reason=SLIDES)
    pytest.importorskip("pypdf", reason=SLIDES)
    program = (
        "import hashlib\nfrom kubelab import Cluster\ncluster = Cluster()\n"
        f"cluster.apply({PROGRAM!r})\ncluster.run()\n"
        f"print(hashlib.sha256(cluster.film(last=8).{form}()).hexdigest())"
    )
    answers = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": seed, "TZ": zone},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed, zone in (("1", "UTC"), ("2", "Asia/Kolkata"))
    }
    assert len(answers) == 1


@pytest.mark.parametrize(("form", "package"), [("gif", "PIL"), ("pdf", "pypdf")])
def test_without_its_package_it_is_said_what_to_install(run, monkeypatch, form, package):
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(RenderError, match=r"pip install 'kubelab\[slides\]'"):
        getattr(run.film(last=2), form)()


def test_a_slide_keeps_every_element_where_the_film_has_it(run):
    film = run.film()._film
    plain, slid = film.picture(5).dot, slide(film.scene, film.frame(5), "step 5", 0.5)

    def places(text, shift):
        return {
            line.split("id=")[1].split()[0]: (float(x), float(y) - shift)
            for line in text.splitlines()
            if "id=" in line and 'pos="' in line and "->" not in line and "canvas" not in line
            for x, y in [line.split('pos="')[1].split('"')[0].split(",")]
        }

    assert places(plain, 0).items() <= places(slid, BAND).items()


def test_long_sentences_are_told_whole_and_fit():
    text = " ".join(f"word{number}" for number in range(120))
    (page,) = sentences("Every step", [("step 1 · 0s", text)], 720, 900)
    assert "word119" in page
    assert "…" not in page
    assert page.count("step 1") == 1
    long = sentences("Every step", [(f"step {n}", "Something happened.") for n in range(100)], 720, 400)
    assert len(list(long)) == 6
    line = FORMS["row"].lines[-1]
    assert width("x" * 10, line.size) * MOST_LINES > 720
