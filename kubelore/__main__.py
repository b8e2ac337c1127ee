"""`python -m kubelore`: the same as the `kubelore` command."""

from kubelore import main

main()
