"""Why an import left something out or held it, and why a file is no archive: what it says in
English, in the office's words.
"""

import re
from functools import cache

from flask_babel import lazy_gettext as _

from pnpm.markup import quantities
from pnpm.web.site import current_site

from .. import labels

# What an import says, with {} in place of what differs, and %s in its place.
WHY = {
    # articles and comments
    "it was in the trash there": _("di sana sudah di tempat sampah"),
    "it is in the trash there": _("di sana sudah di tempat sampah"),
    "it was deleted here": _("sudah dihapus di sini"),
    "it was deleted there": _("sudah dihapus di sana"),
    "it was changed here since, and stays so": _("sudah diubah di sini, dan tetap begitu"),
    "it is a draft there by now, which a page about the site cannot be: it stays as it was": _(
        "di sana kini konsep; halaman situs di sini tidak dapat menjadi konsep, maka tetap begitu"
    ),
    "pictures of it are here now": _("gambarnya kini ada"),
    "its author is called otherwise there by now: what was signed here stays so": _(
        "nama penulisnya di sana sudah lain; di sini tetap seperti semula"
    ),
    "a page about the site that was a draft: a draft of an article here": _(
        "halaman situs yang masih konsep: di sini menjadi konsep artikel"
    ),
    "an article has at most {} labels": _("satu artikel paling banyak punya %s label"),
    "its text is longer than {} characters": _("teksnya lebih dari %s huruf"),
    "no article here for it": _("artikelnya tidak ada di sini"),
    "pages about the site take no comments": _("halaman situs tidak menerima komentar"),
    "there is nothing to see in it": _("tidak ada yang terlihat di dalamnya"),
    "its author had their comments erased here": _(
        "penulisnya sudah meminta komentarnya dihapus dari sini"
    ),
    "it waited there, too": _("di sana pun masih menunggu"),
    "it was spam there": _("di sana ditandai spam"),
    "cut to {} characters": _("dipotong sampai %s huruf"),
    # what an undo leaves
    "it was changed here since": _("sudah diubah di sini"),
    "somebody has answered it here": _("sudah dijawab di sini"),
    "it has comments that stay": _("ada komentarnya yang tetap"),
    "it is shown by what stays": _("dipakai oleh yang tetap"),
    # pictures
    "its file is not in the archive, nor in a folder that was given": _(
        "berkasnya tidak ada di arsip, juga tidak di zip yang diberikan"
    ),
    "several files that were given have its name": _("beberapa berkas bernama sama"),
    "its address is none": _("alamatnya bukan alamat"),
    "no article shows it": _("tidak ada artikel yang memuatnya"),
    "the article shows more than {} pictures": _("artikelnya memuat lebih dari %s gambar"),
    "its file is empty": _("berkasnya kosong"),
    "its file is larger than {} MB": _("berkasnya lebih dari %s MB"),
    "it has too many pixels": _("pikselnya terlalu banyak"),
    "it would take too much memory": _("terlalu besar untuk dibuka di sini"),
    "it is a drawing (SVG), which may hold a program": _("gambar SVG, yang dapat memuat program"),
    "it is a HEIC, which browsers do not show": _("foto HEIC, yang tidak tampil di peramban"),
    "it is a PDF": _("PDF, bukan gambar"),
    "it is a film": _("video, bukan gambar"),
    "it is no picture": _("bukan gambar"),
    "it is no picture of a known format": _("bukan gambar yang dikenal"),
    "its file is damaged": _("berkasnya rusak"),
    "this site has no room for more pictures (PICTURES_TOTAL)": _(
        "tempat untuk gambar sudah penuh (PICTURES_TOTAL)"
    ),
    "what the article has of it is damaged": _("yang ada di artikelnya rusak"),
    "it is not in the archive": _("tidak ada di arsip"),
    "its file is behind a link": _("berkasnya di balik tautan"),
    "its file in the archive is damaged or locked": _("berkasnya di arsip rusak atau terkunci"),
    "its file cannot be read": _("berkasnya tidak dapat dibaca"),
    "its file is none": _("bukan berkas"),
    "it leads to ever other addresses": _("alamatnya terus mengarah ke alamat lain"),
    "it is too large": _("terlalu besar"),
    "its end is missing": _("ujungnya terpotong"),
    "it leads to what is no web address": _("alamatnya bukan alamat web"),
    "it leads to {}, which the file does not name": _(
        "alamatnya mengarah ke %s, yang tidak disebut arsip"
    ),
    "{} does not answer": _("%s tidak menjawab"),
    "{} was asked for {} pictures already": _("%s sudah diminta %s gambar"),
    "the name {} is not known": _("nama %s tidak dikenal"),
    "{} is an address that must not be asked": _("%s alamat yang tidak boleh dihubungi"),
    "{} answers {}": _("%s menjawab %s"),
    "there is no https that can be trusted": _("sambungan amannya tidak dapat dipercaya"),
    "it did not come in time": _("terlalu lama tidak datang"),
    "the connection failed": _("sambungannya gagal"),
    # what was not read
    "another one before it has the same key": _("ada yang lain dengan nomor yang sama"),
    "this site keeps no such thing": _("tidak ada tempatnya di situs ini"),
    "it has no number or no moment": _("tanpa nomor atau tanpa tanggal"),
    "it has no id, or no moment": _("tanpa nomor atau tanpa tanggal"),
    "it has no id, or no list of comments": _("tanpa nomor atau tanpa daftar komentar"),
    "it has no moment": _("tanpa tanggal"),
    "it has no text": _("tanpa teks"),
    "it is longer than {} characters": _("lebih dari %s huruf"),
    "it has more than {} characters": _("lebih dari %s huruf"),
    "it is longer than {} MB": _("lebih dari %s MB"),
    "it is no object": _("bentuknya lain"),
    "it is no comment": _("bukan komentar"),
    "the line is no comment": _("barisnya bukan komentar"),
    "it is no JSON ({})": _("bukan JSON (%s)"),
    "it is nested too deeply": _("terlalu dalam bersarang"),
    "its elements are nested too deeply": _("terlalu dalam bersarang"),
    "the rest is damaged": _("selebihnya rusak"),
    "after number {}: {}": _("sesudah nomor %s: %s"),
    "what was written last is there; stop Isso, and copy the database then": _(
        "yang ditulis terakhir ada di sana: hentikan Isso, lalu salin basis datanya"
    ),
    "what gzip packed is damaged or not whole": _("yang dibungkus gzip rusak atau terpotong"),
    "what follows {} GB is not read": _("yang sesudah %s GB tidak dibaca"),
    "the file ends within it": _("berkasnya berakhir di tengahnya"),
    "the file ends before its end": _("berkasnya terpotong"),
    "{} & or < that should have been escaped were read as such": _(
        "%s tanda & atau < yang seharusnya disandikan dibaca apa adanya"
    ),
    "{} control characters, which XML forbids, were left out": _(
        "%s huruf kendali, yang dilarang XML, dilewati"
    ),
    "{} bytes that are no UTF-8 were read as Windows-1252": _(
        "%s bita yang bukan UTF-8 dibaca sebagai Windows-1252"
    ),
    "a tag or comment in it is too long": _("ada tag atau komentar yang terlalu panjang"),
    "another begins before it ends": _("yang lain mulai sebelum ia berakhir"),
    "it is too damaged: the rest is not read": _("terlalu rusak: selebihnya tidak dibaca"),
    "it is larger than any blog: the rest is not read": _(
        "lebih besar dari blog mana pun: selebihnya tidak dibaca"
    ),
    "the zip file is damaged here: download it once more": _(
        "berkas zip-nya rusak di sini: unduh sekali lagi"
    ),
    # a file that is no archive
    "There is nothing in it.": _("Tidak ada apa-apa di dalamnya."),
    "This is {}.": _("Ini %s."),
    "This is a folder: give the file that the other system wrote.": _(
        "Ini folder: berikan berkas yang ditulis sistem lama."
    ),
    "The file cannot be opened: {}.": _("Berkasnya tidak dapat dibuka: %s."),
    "The zip file is damaged: download it once more.": _(
        "Berkas zip-nya rusak: unduh sekali lagi."
    ),
    "This zip file holds too many files to be a blog's.": _(
        "Di zip ini terlalu banyak berkas untuk sebuah blog."
    ),
    "There are several blogs in this zip file ({}): name one behind it, as in takeout.zip:{}": _(
        "Di zip ini ada beberapa blog (%s). Kirim sekali lagi, dan tulis yang dipilih di “Nama "
        "blog”, misalnya %s."
    ),
    "This zip file has no feed.atom: choose Blogger where Takeout asks what to take, and where it "
    "came in several files, give the first.": _(
        "Di zip ini tidak ada feed.atom: pilih Blogger ketika Takeout bertanya; bila zip-nya "
        "beberapa, kirim yang pertama."
    ),
    "This zip file is locked by a password: unpack it first.": _(
        "Zip ini terkunci kata sandi: bongkar dahulu."
    ),
    "This file declares entities of its own, which no export needs and an attack would do: it is "
    "refused.": _(
        "Berkas ini memuat entitas buatan sendiri, yang tidak ada di ekspor mana pun dan biasa "
        "dipakai untuk menyerang: ditolak."
    ),
    "no file of XML": _("bukan berkas XML"),
    "a file of JSON, as Isso and Remark42 write it: flask import isso, or remark42": _(
        "berkas JSON seperti dari Isso dan Remark42: pilih salah satunya"
    ),
    "a file of XML, but of none of the systems that are known here": _(
        "berkas XML, tetapi bukan dari sistem yang dikenal di sini"
    ),
    "a file that gzip has packed: unpack it first, then import what was in it": _(
        "berkas yang dibungkus gzip: bongkar dahulu, lalu kirim isinya"
    ),
    "a zip file: unpack it first, then import the file that was in it": _(
        "berkas zip: bongkar dahulu, lalu kirim isinya"
    ),
    "a 7-Zip file: unpack it first, then import what was in it": _(
        "berkas 7-Zip: bongkar dahulu, lalu kirim isinya"
    ),
    "a RAR file: unpack it first, then import what was in it": _(
        "berkas RAR: bongkar dahulu, lalu kirim isinya"
    ),
    "an empty zip file": _("berkas zip yang kosong"),
    "an SQLite file, as Isso keeps it: flask import isso": _(
        "berkas SQLite seperti milik Isso: pilih Isso"
    ),
    "a PDF document": _("dokumen PDF"),
    "an empty file": _("berkas kosong"),
    "a backup of Remark42: flask import remark42": _("cadangan Remark42: pilih Remark42"),
    "an RSS feed, which holds the newest articles alone, and no export": _(
        "feed RSS, yang hanya memuat artikel terbaru, bukan ekspor"
    ),
    "an Atom feed, but not Blogger's": _("feed Atom, tetapi bukan dari Blogger"),
    "a Disqus export: flask import disqus": _("ekspor Disqus: pilih Disqus"),
    "a web page": _("halaman web"),
    "a WordPress export: flask import wordpress": _("ekspor WordPress: pilih WordPress"),
    "a Blogger export: flask import blogger": _("ekspor Blogger: pilih Blogger"),
    "An SQLite file it is: if it is Isso's, flask import isso.": _(
        "Ini berkas SQLite: bila milik Isso, pilih Isso."
    ),
    "It is a backup of Remark42: flask import remark42.": _(
        "Ini cadangan Remark42: pilih Remark42."
    ),
    "It is a list of JSON: if it is Isso's, flask import isso.": _(
        "Ini daftar JSON: bila milik Isso, pilih Isso."
    ),
    "It is a WordPress export: flask import wordpress.": _(
        "Ini ekspor WordPress: pilih WordPress."
    ),
    "It is a Disqus export: flask import disqus.": _("Ini ekspor Disqus: pilih Disqus."),
    "It is a Blogger export: flask import blogger.": _("Ini ekspor Blogger: pilih Blogger."),
    "It is a zip file: unpack it first.": _("Ini berkas zip: bongkar dahulu."),
    "{path} is no archive of {}: it is empty.": _("Ini bukan arsip %s: berkasnya kosong."),
    "{path} is no archive of {}. {}": _("Ini bukan arsip %s. %s"),
    "{path} is no archive of {}.": _("Ini bukan arsip %s."),
    "{path} is no file.": _("Itu bukan berkas."),
    "{path} cannot be read as {}'s database: {}.": _(
        "Berkasnya tidak dapat dibaca sebagai basis data %s: %s."
    ),
    "{path} cannot be read: {}.": _("Berkasnya tidak dapat dibaca: %s."),
    "{path} is an SQLite file without the tables of {}.": _("Berkas SQLite ini bukan milik %s."),
    "{path} has columns that are calculated: that is not {}'s.": _(
        "Di berkas ini ada kolom hitungan: bukan milik %s."
    ),
    "{path} is a backup of {} in version {}, which is unknown.": _(
        "Cadangan %s ini versi %s, yang tidak dikenal."
    ),
    "These comments are from another system: {}.": _("Komentar ini dari sistem lain: %s."),
    "The first line does not say which site it is from.": _(
        "Baris pertamanya tidak menyebut situsnya."
    ),
    # a mapping
    "{path}, line {}: {}.": _("Baris %s berkas pemetaan: %s."),
    "{path} is larger than {} MB: no mapping is.": _(
        "Berkas pemetaannya lebih dari %s MB: itu bukan pemetaan."
    ),
    "it is not UTF-8 text. Save it as CSV UTF-8, then try again": _(
        "bukan teks UTF-8; simpan sebagai CSV UTF-8, lalu coba lagi"
    ),
    "two columns are needed: old address, new address": _(
        "perlu dua kolom: alamat lama, alamat di sini"
    ),
    "{} is no address": _("%s bukan alamat"),
    "line {} leads {} elsewhere": _("baris %s mengarahkan %s ke tempat lain"),
    "it is no CSV ({})": _("bukan CSV (%s)"),
    "Line {} of the mapping leads to {}, and no article is there.": _(
        "Baris %s berkas pemetaan mengarah ke %s, dan di sana tidak ada artikel."
    ),
}
# What a thing is called that was not read; others keep the name that the other system gives them.
THINGS = {
    "article": _("artikel"),
    "attachment": _("lampiran"),
    "character": _("huruf"),
    "comment": _("komentar"),
    "comments": _("komentar"),
    "entry": _("entri"),
    "file": _("berkas"),
    "item": _("entri"),
    "line": _("baris"),
    "nav_menu_item": _("isi menu"),
    "picture": _("gambar"),
    "pingback": _("pingback"),
    "post": _("komentar"),
    "revision": _("versi lama"),
    "settings": _("setelan"),
    "template": _("tema"),
    "thread": _("utas"),
    "trackback": _("trackback"),
}
_LEFT = re.compile(r"(article|comment|picture) ([0-9]+)")


def why(given: str) -> str:
    """Return in words what an import says in English, or what comments wait for; what is not known
    as it is.
    """
    for pattern, words in _patterns():
        if found := pattern.fullmatch(given):
            return str(words) % tuple(_part(part) for part in found.groups())
    kinds = given.split(", ")
    if all(part.partition(":")[0] in _REASONS for part in kinds):
        return ", ".join(labels.reason(part) for part in kinds)
    return given


def _part(given: str) -> str:
    """Return what stands in a sentence: a number as people write it here, or other words."""
    digits = given.replace(",", "")
    if digits.isdecimal():
        return quantities.grouped(int(digits), current_site().language)
    return why(given)


_REASONS = labels.REASON_KINDS.keys() | labels.LISTED.keys()


@cache
def _patterns() -> list[tuple[re.Pattern[str], str]]:
    """Return what WHY knows; what says most of its text itself comes first."""
    ordered = sorted(WHY, key=lambda said: -len(said.replace("{}", "")))
    return [(_pattern(said), WHY[said]) for said in ordered]


def _pattern(said: str) -> re.Pattern[str]:
    escaped = re.escape(said).replace(re.escape("{path}"), "/.*?").replace(r"\{\}", "(.+?)")
    return re.compile(escaped, re.DOTALL)


def thing(given: str) -> str:
    """Return in words what something is that was not read, or stays after an undo."""
    if left := _LEFT.match(given):
        return f"{THINGS[left[1]]} {given.partition(' ')[2]}"
    name, _space, rest = given.partition(" ")
    return f"{THINGS.get(name, name)} {rest}".rstrip()
