"""The text in the editor: its own markup, Trix's, made an article's source, and a source made the editor's.

The editor knows paragraphs, headings, lists, quotes and pictures. Anything else it is given in a closed box, and gives back so.
"""
