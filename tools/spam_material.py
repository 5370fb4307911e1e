"""Sentences and names of our own making that the spam filter is trained on beside the collections:
names of gambling sites that do not exist, advertisements for them, and what people write that has
the same words.
"""

import re
from collections.abc import Callable, Sequence
from random import Random

STEMS = """raja dewa naga macan singa garuda elang rajawali buaya kuda gajah banteng kancil merak
mawar melati kamboja teratai anggrek jati bambu kelapa durian mangga nanas salak rambutan kopi teh
susu madu gula garam lada jahe sate bakso soto rendang batik wayang gamelan angklung keris candi
pura istana benteng menara jembatan pelabuhan pantai gunung lembah sungai danau hutan sawah kebun
bulan bintang mentari pelangi petir guntur badai ombak angin awan hujan salju permata intan berlian
emas perak perunggu mutiara zamrud rubi safir kristal mega super ultra turbo prima jaya makmur
sentosa abadi sakti perkasa agung mulia utama sultan pangeran juragan bos tuan nyonya paman bibi
kakek nenek ayah ibu mas mbak bang neng budi siti joko sri dewi putri bayu tirta agni surya candra
kresna arjuna bima gatot semar petruk bagong cepot dora mona lisa nina rina tina vina zara luna
bola poker kartu domino dadu lotre spin koin jackpot bonus royal king queen lucky happy fast magic
pesta ceria riang girang senang bahagia kilat cepat gesit lincah gempa topan meteor komet roket
jet kapal kereta sepeda motor mobil truk becak andong delman kota desa kampung dusun pasar warung
toko kios medan bali jawa lombok flores papua ambon manado bogor solo jogja malang kediri tegal
""".split()
WORDY = "toto togel win hoki bet slot play jp gaming poker cuan maxwin spin jitu qq sport".split()
NUMBERS = "77 88 99 69 55 33 22 11 303 138 168 188 777 888 999 4d 3d 123 365 328 212 500 78".split()

ADVERTISED = """
{b} gacor terus
main di {b} auto cuan
cuma di {b} menang besar tiap hari
baru depo dikit di {b} langsung dapat maxwin
semalam iseng buka {b} pulang pulang bawa uang
terima kasih {b} sudah bikin dompet tebal
{b} situs slot paling gacor dan terpercaya
daftar sekarang di {b} bonus member baru 100 persen
link alternatif {b} ada di bio
buruan gabung {b} wd cepat tanpa ribet
yang mau jepe merapat ke {b}
konten bagus bang, sebagus pola {b} hari ini
sehat selalu bang, salam dari pemain {b}
hidup berubah semenjak kenal {b}
nonton sambil main {b} paling mantap
modal receh di {b} hasilnya jutaan
gak nyesel coba {b}
{b} memang beda, scatter turun terus
{b} memang pilihan terbaik
kalau capek kerja ya hiburannya {b}
info gacor malam ini cuma {b}
rtp {b} lagi tinggi, gas sebelum habis
teman teman sudah pada pindah ke {b}
bukan kaleng kaleng, {b} pasti bayar
kata orang {b} lagi ramai, ternyata benar
mantap banget videonya, {b} juga mantap
cari di google {b}
ketik {b} di google, langsung daftar
gue baru cair 5 juta dari {b}
{b} {b} {b}
{b}
selamat malam {b}
deposit pulsa tanpa potongan di {b}
withdraw {b} cuma hitungan menit
agen {b} resmi, proses cepat, layanan 24 jam
{b} bandar togel hadiah terbesar
pasang angka di {b} diskon besar
prediksi jitu hari ini, pasang di {b}
situs judi online resmi {b} gampang menang
kakek zeus baik sekali di {b}
mahjong hitam pecah terus di {b}
semua karena {b}, utang lunas
bang coba {b} deh, sensasional
akun baru {b} dikasih menang terus
""".strip().splitlines()
# No name in them: some that are often used
NAMELESS = """
slot gacor hari ini, klik link di profil saya
bonus new member 100 persen, depo 10 ribu wd jutaan, minat hubungi wa
situs slot online terpercaya gampang maxwin daftar sekarang juga
bocoran slot gacor malam ini, pola gates of olympus, langsung gabung
mau cuan tiap hari? cek link di bio, dijamin jepe
judi online resmi deposit pulsa tanpa potongan daftar sekarang
bandar togel online terpercaya diskon besar, klik profil
agen slot server luar akun pro pasti menang, klaim bonus sekarang
link slot thailand anti rungkad, depo qris, gas sekarang
room gacor terbaik, scatter hitam pasti turun, join grup telegram
""".strip().splitlines()

# Who speaks against it, uses its words for something else, or names a site in a complaint.
PEOPLE = """
judi online merusak keluarga, tolong pemerintah blokir semua situsnya
tetangga saya bangkrut gara gara judol, rumahnya sampai dijual
jangan pernah coba slot, sekali menang seribu kali kalah
{n} berhenti main slot setelah uang sekolah anaknya habis
sadar woi, slot itu yang menang cuma bandarnya
anak muda sekarang kecanduan slot, kasihan orang tuanya
kolom komentar isinya promosi judol semua, admin tolong dihapus
laporkan saja akun yang promosi slot gacor itu ke kominfo
ceramah {n} tentang bahaya judi sangat menyentuh
mana ada gacor, yang ada rumah tangga hancur
katanya maxwin, nyatanya motor digadai
dulu saya pemain slot, sekarang sudah tobat, alhamdulillah
bandar judi harus ditangkap, jangan cuma pemainnya
polisi menangkap bandar togel di {k}, empat orang jadi tersangka
sudah berapa banyak yang bunuh diri karena judi online
adik saya kalah depo terus sampai pinjol, tolong jangan ditiru
menurut saya iklan judi di internet harus dihukum berat
uang wd cuma pancingan, habis itu dihisap semua
semoga kita semua dijauhkan dari judi dan riba
blokir saja {b} dan kawan kawannya, meresahkan
{b} penipu, uang saya tidak bisa ditarik, jangan percaya
hati hati dengan {b}, saudara saya tertipu jutaan rupiah
kenapa akun {b} masih dibiarkan spam di sini, tolong admin
saya sudah lapor {b} ke polisi karena menipu warga {k}
komentar {b} bikin risih, mohon ditindak
slot waktu untuk pertanyaan masih tersedia di sesi kedua
masih ada slot parkir di belakang balai desa {k}
slot memori hp saya penuh, tidak bisa simpan foto
pendaftaran vaksin masih ada slot kosong hari {h}
tinggal dua slot lagi untuk peserta pelatihan menjahit
slot ram laptop ini ada dua, bisa ditambah sampai {d} giga
burung murai saya gacor sekali tiap pagi
kicau kenari tetangga gacor, pakannya apa ya
mesin motornya gacor, servisnya di bengkel {k}
striker kita gacor musim ini, sudah cetak {d} gol
pemain itu memang gacor, layak masuk timnas
pesawat terlambat, kami menunggu lama di bandara
bandar udara baru di {k} akan dibuka bulan depan
saya lahir di bandar lampung, besar di {k}
bandar narkoba ditangkap di {k} tadi malam
syahbandar pelabuhan melarang kapal berangkat karena ombak
depo pertamina di {k} terbakar, semoga tidak ada korban
depo air minum isi ulang di depan rumah buka jam {d}
depo sampah di {k} sudah penuh, baunya sampai ke jalan
depo pasir dan batu di dekat sungai mengganggu warga
kereta dari depo terlambat berangkat
deposito di bank desa bunganya {d} persen
saya mau deposit untuk sewa gedung, ke siapa ya
link pendaftaran lomba tidak bisa dibuka, mohon diperbaiki
situs resmi desa susah dibuka dari hp
situs purbakala di {k} harus dijaga bersama
candi itu situs bersejarah, jangan dicoret coret
bonus demografi harus dimanfaatkan dengan baik
bonus untuk atlet sudah cair, selamat untuk {n}
alhamdulillah bantuan sudah cair di {k}
es krim cepat cair kalau siang hari
menang lomba agustusan dapat hadiah kipas angin
tim {k} menang telak, selamat untuk semua pemain
semoga hoki dan sehat di tahun baru
pak toto ketua rt kami yang baru, orangnya baik
toko hoki jaya di {k} jual beras murah
pola makan sehat harus dimulai dari rumah
pola tanam padi di {k} berubah karena hujan
admin tolong dibalas, sudah saya kirim berkasnya
rtp di radio desa enak didengar tiap malam
zeus itu dewa petir dalam cerita yunani
main kartu di pos ronda sampai pagi, tapi tidak pakai uang
scatter plot di halaman {d} kurang jelas
harddisk wd saya rusak, ada yang tahu tempat servis
jackpot, dapat durian enak murah di {k}
maen bola di lapangan {k} tiap sore
gas terus bang jangan kasih kendor, salam dari {k}
spin motor saya bocor halus bannya
anak kelas {d} sdn {d} {k} juara lomba menggambar
saya alumni sma {d} {k} angkatan {y}
hut ri ke-{d} di {k} meriah sekali
naik avanza {y} ke {k} habis bensin berapa ya
hp saya a{d}s lambat membuka halaman ini
pakai vario{p} ke {k} cukup dua liter
nomor rumah saya a{d}, rt0{s} rw0{s}
pertandingan u{d} semalam seru sekali
covid19 membuat sekolah di {k} tutup lama
@{n}{d} setuju dengan pendapat anda
@{n}{y} terima kasih sudah menjawab pertanyaan saya
kata {n}{d} di atas benar juga
gerakan 30s dan sejarah tahun {y} perlu dipelajari
jalan km{d} menuju {k} rusak parah
film 3d di bioskop {k} bagus sekali
jaringan 4g di {k} belum merata
tv led {d} inci harganya berapa sekarang
kode pos {k} berapa ya
dana bos untuk sdn {d} {k} sudah turun
mbak {n}{x} terima kasih infonya
pak {n}{x} rumahnya dekat masjid ya
halo {n}{x}, apa kabar keluarga di {k}
setuju sama {n}{x}, jalannya memang rusak
bu {n}{x} masih jualan nasi uduk tidak
salam kenal {n}{x}, saya juga dari {k}
warung {s1}{x} di {k} sotonya enak
fotokopi {s1}{x} dekat kampus murah
servis ac di {s1}{x} cepat dan ramah
toko {s1} {x} jual seragam sekolah lengkap
apotek {s1}{x} buka sampai jam {d} malam
bus {s1}{x} jurusan {k} berangkat pagi
grup {s1}{x} juara karang taruna tahun ini
beli ban di {s1}{x} dapat bonus oli
motor jupiter{p} tahun {y} masih irit
jual cepat {m}{p} surat lengkap, hubungi {t}
laptop saya masih windows{o}, apa bisa dipakai
tablet tab{o} cocok untuk anak belajar
kamera eos{p} saya jatuh, di mana servisnya
obat generik 500mg di puskesmas {k} habis
lagu {s1} {d} mengingatkan masa sekolah
pesawat boeing{p} lewat di atas rumah
lima tahun main judi, yang tersisa cuma penyesalan
temanku depo terus tiap gajian, sekarang dikejar penagih
wd saya ditahan terus, ternyata situs abal abal, jangan ikut ikutan
akun {b} ini muncul terus di kolom komentar, tolong diblokir
sudah dilaporkan ya {b} itu, korbannya banyak di {k}
uang saya di {b} hilang, adminnya kabur
jangan klik link {b}, itu judi
korban {b} silakan lapor ke kantor polisi {k}
anak tetangga mencuri gara gara main di {b}
promosi {b} di akun sekolah, admin diretas ya
{g} itu cuma memperkaya bandar, pemainnya melarat
{g} hanya membuat orang malas bekerja
{g} tidak pernah membuat siapa pun kaya
tidak ada orang kaya karena {g}
mana ada yang jadi kaya dari {g}
belum pernah lihat orang sukses karena {g}
tidak ada {g} yang gacor, semuanya diatur mesin
semua {g} diatur supaya pemain kalah
menang di {g} cuma umpan supaya ketagihan
{w} saya kecanduan {g}, kami sekeluarga menderita
{w} saya menjual sawah demi {g}
{w} saya masuk penjara karena mencuri buat main {g}
gara gara {g} {w} saya bercerai
gara gara {g} utang di mana mana
berhenti main {g} sebelum terlambat, saudaraku
tinggalkan {g}, ingat keluarga di rumah
sudah dua tahun saya bebas dari {g}, rasanya lega
jauhi {g} dan pinjaman online
{g} haram dan dosa besar
{g} itu penyakit masyarakat
{g} merusak moral pemuda di {k}
penyuluhan bahaya {g} untuk pelajar di {k} hari {h}
kapan {g} diberantas, jangan cuma janji
tolong kapolres {k} tangkap yang promosi {g}
aparat jangan diam, {g} sudah masuk ke {k}
kenapa iklan {g} ada di mana mana
muak lihat iklan {g} setiap buka hp
komentar {g} lagi, tolong dibersihkan
bot {g} memenuhi kolom komentar
akun promosi {g} langsung saya blokir dan laporkan
jangan tergoda janji {g}, itu tipu muslihat
yang masih main {g} segera tobat
kasihan anak istri yang ditinggal main {g}
gaji sebulan ludes semalam karena {g}
main {g} kalah terus, malah stres sendiri
maxwin itu bohong, yang ada bangkrut
jepe apanya, uang saya malah habis
scatter turun pun tetap rugi kalau dihitung
rungkad total, jangan ada yang meniru saya
depo seratus ribu hilang sekejap, bodoh sekali saya dulu
berapa banyak lagi yang harus jadi korban {g}
ustaz {n} mengingatkan bahaya {g} dalam ceramahnya
sosialisasi anti {g} di balai desa {k}
judi itu bukan hiburan melainkan jebakan
togel bikin tetangga saya gila
bandarnya yang menang, kita yang buntung
{b} menipu, jangan ada yang daftar
{b} tidak membayar, hati hati
{b} situs penipuan, sudah banyak korban
jangan mau diajak main di {b}, pasti kalah
saya menyesal pernah ikut {b}
tabungan saya habis di {b}, menyesal sekali
uang kuliah anak saya lenyap di {b}
{w} saya jadi korban {b}
mohon {b} segera diblokir pemerintah
kementerian tolong tutup {b}
tolong {b} dan {b2} ditutup pak
lapor admin, {b} mengirim komentar terus
admin, hapus komentar {b} di atas
spam dari {b} mengganggu sekali
itu akun bot {b} jangan ditanggapi
iklan {b} muncul terus, risih
{b} judi, laporkan saja
yang menyebut {b} di atas itu bot semua
saya sudah laporkan akun {b}
waspada {b}, modus baru menipu warga {k}
bohong semua itu {b}, jangan percaya
polisi menggerebek kantor {b} di {k}
pemilik {b} akhirnya ditangkap
nama {b} sudah saya adukan ke kominfo
hoki hari ini bertemu teman lama di {k}
hokinya bagus, langsung dapat kerja di {k}
petani cabai di {k} sedang cuan
cuan lumayan dari jual kue lebaran
belajar cuan dari ternak lele
ibu ibu pkk dapat cuan dari bank sampah
sultan dari {k} datang ke acara adat
gacor juga suara {n} waktu bernyanyi
suaranya gacor, pantas jadi penyiar radio {k}
karang taruna {s1}{x} bersih bersih pantai
kelompok tani {s1}{x} panen raya hari {h}
terima kasih untuk kelompok {s1}{x} yang sudah membantu
regu {s1}{x} dari {k} juara lomba
sponsor acara ini toko {s1}{x} dan warga {k}
surel saya {s1}{x} di gmail, mohon dibalas
nama pengguna saya {s1}{x}
""".strip().splitlines()
GAMBLING = "judi|judol|judi online|slot|slot online|togel|judi slot|main judi|situs judi|game slot"
RELATIVES = "suami|paman|adik|kakak|sepupu|tetangga|teman|ponakan|anak|bapak".split("|")
POLITE = """
terima kasih atas tulisannya yang sangat bermanfaat bagi kami di {k}
saya sudah membaca artikel ini dari awal sampai akhir dan isinya mudah dipahami
mohon izin bertanya, apakah syaratnya sama untuk warga yang baru pindah
kalau boleh usul, tambahkan juga contoh dari {k} supaya lebih lengkap
pengalaman saya tahun {y} tidak jauh berbeda dengan cerita di atas
waktu itu kami harus menunggu sampai {d} hari baru mendapat jawaban
salam hangat dari {n} sekeluarga di {k}
semoga penulis selalu diberi kesehatan dan rezeki yang lancar
ditunggu tulisan berikutnya, semoga semakin banyak yang membaca
anak saya yang kelas {d} juga ikut membaca dan banyak bertanya
gambar yang ketiga kurang jelas di hp saya, mungkin bisa diperbesar
di kampung kami kegiatan seperti ini diadakan setiap hari {h}
bapak {n} dari kantor kecamatan membantu kami dengan sabar
saya kurang setuju dengan bagian kedua, tetapi secara umum bagus
menurut pendapat saya pribadi masalahnya ada pada biaya yang naik
mohon maaf apabila ada kata kata saya yang kurang berkenan
sekali lagi terima kasih dan sukses selalu untuk semuanya
harga pupuk naik sejak {y} dan petani di {k} semakin sulit
kami sudah mencoba cara itu dan hasilnya lumayan
bila ada waktu silakan berkunjung ke {k}, pemandangannya indah
""".strip().splitlines()
PLACES = """Sleman Bantul Klaten Garut Cianjur Sumedang Jember Blitar Tuban Lamongan Kudus Jepara
Maros Gowa Bone Palopo Kendari Gorontalo Ternate Sorong Kupang Ende Bima Dompu Mataram Singaraja
Tabanan Padang Solok Agam Medan Binjai Jambi Metro Kotabumi Pontianak Sambas Banjarbaru
""".split()
PEOPLES_NAMES = """Wahyu Ratna Slamet Hartono Yuli Endang Rahmat Fitri Agus Wati Dian Hendra Lestari
Bambang Nurul Iwan Tuti Rudi Maya Andi""".split()
DAYS = "Senin Selasa Rabu Kamis Jumat Sabtu Minggu".split()
_SIGNS = "★★ ⭐⭐ 🔥🔥 {} [] «» ❤❤ 🟢🟢 📌📌 ⚡⚡ 💎💎 ✨✨ ,,,, ** == 🎰🎰 ~~ 【】 👉👈 🚀🚀"
SIGNS = _SIGNS.split()
EMOJI = "😂 🙏 👍 🔥 ❤ 😅 😍 👏 🎉 😢 😁 ✨ 💪 🤲".split()

# Bold, italic, script and other letters: the code points of A, a and 0 (0: no digits of its own).
_FONTS = (
    (0x1D400, 0x1D41A, 0x1D7CE),
    (0x1D468, 0x1D482, 0),
    (0x1D4D0, 0x1D4EA, 0),
    (0x1D56C, 0x1D586, 0),
    (0x1D5A0, 0x1D5BA, 0x1D7E2),
    (0x1D5D4, 0x1D5EE, 0x1D7EC),
    (0x1D608, 0x1D622, 0),
    (0x1D63C, 0x1D656, 0),
    (0x1D670, 0x1D68A, 0x1D7F6),
    (0xFF21, 0xFF41, 0xFF10),
    (0x24B6, 0x24D0, 0),
    (0x1F130, 0x1F130, 0),
    (0x1F150, 0x1F150, 0),
    (0x1F170, 0x1F170, 0),
)
_SMALL = str.maketrans("abcdefghijklmnoprstuvwyz", "ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ")
_CYRILLIC = str.maketrans("aeopcxyikmthbABEKMHOPCTX", "аеорсхуікмтнбАВЕКМНОРСТХ")
_LEET = str.maketrans("aeiost", "431057")
_MARKS = "\u0336\u0332\u0353\u033d\u035f\u0337"


def brand(random: Random) -> str:
    """Return the name of a site that does not exist, as far as we know."""
    stem = random.choice(STEMS)
    if random.random() < 0.15:
        stem = _invented(random)
    kind = random.random()
    if kind < 0.55:
        return stem + random.choice(NUMBERS)
    if kind < 0.63:
        return stem + str(random.randrange(1, 1000))
    if kind < 0.67:
        return random.choice(WORDY) + stem
    if kind < 0.93:
        return stem + random.choice(WORDY)
    return stem + random.choice(WORDY) + random.choice(NUMBERS)


def dressed(name: str, random: Random) -> str:
    """Return a name as advertisers write it."""
    cased = random.choice((name.upper(), name.upper(), name.title(), name, name))
    kind = random.random()
    if kind < 0.4:
        written = cased
    elif kind < 0.7:
        written = in_font(cased, random)
    else:
        written = random.choice(_WAYS)(cased, random)
    if random.random() < 0.3:
        signs = random.choice(SIGNS)
        space = random.choice(("", " "))
        half = len(signs) // 2
        written = f"{signs[:half]}{space}{written}{space}{signs[half:]}"
    return written


def in_font(text: str, random: Random, *, mixed: float = 0.15) -> str:
    """Return a text in letters of another style; `mixed`: how likely each letter has its own."""
    font = random.choice(_FONTS)
    is_mixed = random.random() < mixed
    return "".join(
        _in_font(letter, random.choice(_FONTS[:10]) if is_mixed else font) for letter in text
    )


def advertisement(random: Random) -> str:
    """Return an advertisement."""
    if random.random() < 0.12:
        text = random.choice(NAMELESS)
    else:
        text = random.choice(ADVERTISED).replace("{b}", dressed(brand(random), random))
    return _finished(text, random)


def remark(random: Random) -> str:
    """Return what a person writes who uses the words of advertisements."""
    return _finished(filled(random.choice(PEOPLE), random), random)


def letter(random: Random) -> str:
    """Return a long and polite comment."""
    lines = random.sample(POLITE, random.randrange(4, 13))
    if random.random() < 0.3:
        lines.insert(random.randrange(len(lines)), random.choice(PEOPLE))
    sentences = [filled(line, random).capitalize() for line in lines]
    return random.choice((". ", ".\n", ". ", "\n")).join(sentences) + "."


def filled(line: str, random: Random) -> str:
    """Return a sentence with its places, names and numbers."""
    given = {
        "n": random.choice(PEOPLES_NAMES),
        "k": random.choice(PLACES),
        "h": random.choice(DAYS),
        "d": str(random.choice((random.randrange(1, 30), random.randrange(1, 100)))),
        "s": str(random.randrange(1, 9)),
        "y": str(random.randrange(1965, 2026)),
        "p": random.choice("100 110 125 150 160 250".split()),
        "x": random.choice(NUMBERS),
        "o": random.choice(("7", "8", "10", "11")),
        "m": random.choice(("supra", "mio", "beat", "vixion", "scoopy", "ninja")),
        "t": f"08{random.randrange(11, 60)}-{random.randrange(10**4)}-{random.randrange(10**4)}",
        "s1": random.choice(STEMS).title(),
        "b": brand(random) if random.random() < 0.7 else brand(random).upper(),
        "b2": brand(random),
        "g": random.choice(GAMBLING.split("|")),
        "w": random.choice(RELATIVES),
    }
    return re.sub(r"\{(\w+)\}", lambda found: given[found[1]], line)


def in_fancy_letters(text: str, random: Random) -> str:
    """Return what a person writes with all of it, or some words, in fancy letters."""
    words = text.split(" ")
    if random.random() < 0.2:
        at = random.randrange(len(words))
        words[at] = " ".join(random.choice((words[at], words[at].upper())))
        return " ".join(words)
    way: Callable[[str, Random], str] = random.choice((in_font, in_font, in_font, _small, _marked))
    if random.random() < 0.6 or len(words) < 3:
        return way(text, Random(random.random()))
    first = random.randrange(len(words))
    last = first + random.randrange(1, 5)
    part = way(" ".join(words[first:last]), random)
    return " ".join((*words[:first], part, *words[last:]))


def padded(text: str, harmless: Sequence[str], count: int, random: Random) -> str:
    """Return an advertisement in the middle of `count` harmless words."""
    words: list[str] = []
    while len(words) < count:
        words += random.choice(harmless).split()
    at = random.randrange(count + 1)
    return " ".join((*words[:at], text, *words[at:count]))


def _finished(text: str, random: Random) -> str:
    kind = random.random()
    if kind < 0.35:
        text = text[0].upper() + text[1:]
    elif kind < 0.4:
        text = text.upper()
    if random.random() < 0.3:
        text = f"{text} {random.choice(EMOJI) * random.randrange(1, 4)}"
    return text


def _invented(random: Random) -> str:
    syllables = random.randrange(2, 4)
    return "".join(
        random.choice("bcdghjklmnprstw") + random.choice("aiueo") for _number in range(syllables)
    )


def _in_font(letter: str, font: tuple[int, int, int]) -> str:
    upper, lower, digit = font
    if "A" <= letter <= "Z":
        return chr(upper + ord(letter) - ord("A"))
    if "a" <= letter <= "z":
        return chr(lower + ord(letter) - ord("a"))
    if letter.isdigit() and letter.isascii() and digit:
        return chr(digit + ord(letter) - ord("0"))
    return letter


def _small(text: str, _random: Random) -> str:
    return text.lower().translate(_SMALL)


def _marked(text: str, random: Random) -> str:
    mark = random.choice(_MARKS)
    return "".join(letter + mark if letter.isalnum() else letter for letter in text)


def _spaced(text: str, random: Random) -> str:
    if random.random() < 0.4:
        text = in_font(text, random)
    elif random.random() < 0.5:
        return "".join(letter + " " * (random.random() < 0.7) for letter in text).strip()
    return random.choice((" ", " ", ".", "-", "  ")).join(text)


def _broken(text: str, random: Random) -> str:
    at = random.randrange(1, max(2, len(text)))
    return f"{text[:at]}{random.choice('-./_ ')}{text[at:]}"


def _hidden(text: str, random: Random) -> str:
    at = random.randrange(1, max(2, len(text)))
    return f"{text[:at]}{random.choice('​‌‍⁠')}{text[at:]}"


def _leet(text: str, _random: Random) -> str:
    return text.lower().translate(_LEET)


def _cyrillic(text: str, random: Random) -> str:
    return "".join(
        letter.translate(_CYRILLIC) if random.random() < 0.6 else letter for letter in text
    )


_WAYS = _small, _marked, _spaced, _spaced, _broken, _hidden, _leet, _cyrillic
