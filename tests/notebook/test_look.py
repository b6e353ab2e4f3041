"""`%kube look POD`."""

from IPython.core.interactiveshell import InteractiveShell


def test_look_masks_what_is_secret_unless_it_is_told_to_reveal_it(shell: InteractiveShell) -> None:
    text = "secret db password=s3cret\npod web nginx { env PASSWORD from secret db.password }"
    shell.run_cell_magic("kube", "--run", text)
    masked = str(shell.run_line_magic("kube", "look web"))
    assert "PASSWORD = ********" in masked
    assert "s3cret" not in masked
    assert "PASSWORD = s3cret" in str(shell.run_line_magic("kube", "look pod/web --reveal"))
