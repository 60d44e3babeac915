"""Books, prices and stock: shared by everything Lighthouse Books runs."""
