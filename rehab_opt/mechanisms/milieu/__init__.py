"""The tissue around: penumbra, tonic inhibition, growth window, trophic support, resources, the vulnerable rim."""
