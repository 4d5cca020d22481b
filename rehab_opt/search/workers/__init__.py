"""Where units of work run: in this process, in threads, in processes, on a Dask cluster."""
