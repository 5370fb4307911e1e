"""Pictures: decoding, processing, storage, and the library of them."""
