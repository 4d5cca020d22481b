"""One stand-alone program per peer, run in the peer's environment: no import of rehab_opt, only numpy and the peer."""
