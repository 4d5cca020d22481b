"""``python -m rehab_opt`` is the command ``rehab-opt``, also where scripts of the environment are not on the path."""

from rehab_opt.cli import main

if __name__ == "__main__":
    main()
