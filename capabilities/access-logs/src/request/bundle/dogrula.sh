set -eu
tutmuyor() { echo "TUTMUYOR: $1"; exit 1; }
bayt() { printf "$(printf %s "$1" | awk '{ for (i = 1; i < length($0); i += 2) printf "\\%03o", 16 * (index("0123456789abcdef", substr($0, i, 1)) - 1) + index("0123456789abcdef", substr($0, i + 1, 1)) - 1 }')"; }
ozet() { openssl dgst -blake2b512 -r | cut -c1-64; }
deger() { sed -n "s/^$1 //p" "$2"; }
imza() { openssl pkeyutl -verify -pubin -keyform DER -inkey "$1" -rawin -in "$2" -sigfile "$3" > /dev/null 2>&1; }
case "$(openssl version)" in
  "OpenSSL "[3-9]*) ;;
  *) echo "OpenSSL 3 ya da yenisi gerekir; buradaki: $(openssl version)"; exit 2 ;;
esac
gecici=$(mktemp -d)
trap 'rm -rf "$gecici"' EXIT

# 1. Yanıtın ve özet listesinin imzası
imza anahtar.der yanit.pdf yanit.pdf.sig || tutmuyor "yanit.pdf imzası"
imza anahtar.der ozet.txt ozet.txt.sig || tutmuyor "ozet.txt imzası"

# 2. Her dosya, listede yazan dosya mı?
while read -r beklenen dosya; do
  [ "$(openssl dgst -sha256 -r "$dosya" | cut -c1-64)" = "$beklenen" ] || tutmuyor "$dosya"
done < ozet.txt

# 3. Mühürlerin imzası
for muhur in muhurler/*.txt; do
  [ -e "$muhur" ] || continue
  sed '$d' "$muhur" > "$gecici/govde"
  bayt "$(sed -n '$s/^signature //p' "$muhur")" > "$gecici/imza"
  imza "anahtarlar/$(deger node "$muhur").der" "$gecici/govde" "$gecici/imza" || tutmuyor "$muhur"
done

# 4. Her satırdan mühürdeki köke
for kanit in kanitlar/*.txt; do
  [ -e "$kanit" ] || continue
  muhur=$(deger entry "$kanit"); satir=$(deger line "$kanit")
  yer=$(deger row "$kanit"); son=$(($(deger rows "$kanit") - 1))
  bayt "00$(printf %016x "$(deger at "$kanit")")$(printf %016x "$(deger received_at "$kanit")")" > "$gecici/yaprak"
  dugum=$(cat "$gecici/yaprak" "$satir" | ozet)
  set -- $(deger sibling "$kanit")
  while [ "$son" -gt 0 ]; do
    if [ $((yer % 2)) -eq 1 ]; then dugum=$(bayt "01$1$dugum" | ozet); shift
    elif [ "$yer" -lt "$son" ]; then dugum=$(bayt "01$dugum$1" | ozet); shift; fi
    yer=$((yer / 2)); son=$((son / 2))
  done
  muhurdeki=$(awk -v aranan="segment $(deger segment "$kanit")" '$0 == aranan { var = 1; next } /^segment / { var = 0 } var && ($1 == "rows" || $1 == "root") { printf "%s ", $2 }' "$muhur")
  [ $# -eq 0 ] && [ "$muhurdeki" = "$(deger rows "$kanit") $dugum " ] || tutmuyor "$satir"
  echo "$satir mühürlendiği gibi duruyor ($muhur)"
done

# 5. Mühürden zaman damgasına; damga sunucusunun kök sertifikası kok.pem adıyla bu klasördeyse damganın imzası da
if [ -e damgalar/hangisi.txt ]; then
  while read -r muhur damga an; do
    dosya=$muhur; sunucu=$(deger node "$muhur"); no=$(deger no "$muhur")
    set -- $(deger "$sunucu" "$damga.txt")
    while [ "$no" -lt "$1" ]; do
      onceki=$(openssl dgst -sha256 -r "$dosya" | cut -c1-64); no=$((no + 1)); dosya=muhurler/$sunucu-$(printf %010d "$no").txt
      [ "$(deger previous "$dosya")" = "$onceki" ] || tutmuyor "$dosya"
    done
    ucu=$(openssl dgst -sha256 -r "$dosya" | cut -c1-64)
    [ "$ucu" = "$2" ] || tutmuyor "$damga.txt"
    imzasi="damganın imzası denetlenmedi, kok.pem yok"
    if [ -e kok.pem ]; then
      openssl ts -verify -attime "$an" -in "$damga.tsr" -data "$damga.txt" -CAfile kok.pem > /dev/null 2>&1 || tutmuyor "$damga.tsr"
      imzasi="damganın imzası tutuyor"
    fi
    echo "$muhur damgalı: $(openssl ts -reply -in "$damga.tsr" -text 2> /dev/null | sed -n 's/^Time stamp: //p') ($imzasi)"
  done < damgalar/hangisi.txt
fi
echo "HEPSİ TUTUYOR"
