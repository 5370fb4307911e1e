"""Taking the site along: written as files that other systems, or any web server, can use."""
