"""The checks of `flask doctor`: of the installation from inside, and by a probe from outside."""
