"""What a trial is worth: objectives, fronts, early looks, and when further search is worth less than the noise."""
