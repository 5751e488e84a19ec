"""The only floor where torch and diffusers live."""
