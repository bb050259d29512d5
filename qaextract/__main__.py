"""`python -m qaextract` is the `qaextract` command."""

from qaextract.cli import main

if __name__ == "__main__":
    main()
