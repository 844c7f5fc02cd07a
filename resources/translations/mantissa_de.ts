<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
<context>
    <name>Chart</name>
    <message>
        <source>Quality delta by arm</source>
        <translation>Qualitätsabstand je Arm</translation>
    </message>
    <message>
        <source>Lead of jumps</source>
        <translation>Vorsprung der Sprünge</translation>
    </message>
    <message>
        <source>Loss</source>
        <translation>Verlust</translation>
    </message>
    <message>
        <source>Device memory by class</source>
        <translation>Gerätespeicher nach Klassen</translation>
    </message>
    <message>
        <source>Peak by phase</source>
        <translation>Spitze je Phase</translation>
    </message>
    <message>
        <source>Quality delta</source>
        <translation>Qualitätsabstand</translation>
    </message>
    <message>
        <source>Training loss of runs</source>
        <translation>Trainingsverlust von Läufen</translation>
    </message>
    <message>
        <source>Device memory of runs</source>
        <translation>Gerätespeicher von Läufen</translation>
    </message>
    <message>
        <source>Peak by class of runs</source>
        <translation>Spitze je Klasse von Läufen</translation>
    </message>
    <message>
        <source>Quality delta of runs</source>
        <translation>Qualitätsabstand von Läufen</translation>
    </message>
    <message>
        <source>Memory against quality</source>
        <translation>Speicher gegen Qualität</translation>
    </message>
    <message>
        <source>Phases and formats</source>
        <translation>Phasen und Formate</translation>
    </message>
    <message>
        <source>Evaluation loss of runs</source>
        <translation>Prüfverlust der Läufe</translation>
    </message>
    <message>
        <source>Gradient norm of runs</source>
        <translation>Gradientennorm der Läufe</translation>
    </message>
    <message>
        <source>Learning rate of runs</source>
        <translation>Lernrate der Läufe</translation>
    </message>
    <message>
        <source>Throughput of runs</source>
        <translation>Durchsatz der Läufe</translation>
    </message>
</context>
<context>
    <name>QObject</name>
    <message>
        <source>Ticks</source>
        <translation>Ticks</translation>
    </message>
    <message>
        <source>Phase</source>
        <translation>Phase</translation>
    </message>
    <message>
        <source>Format</source>
        <translation>Format</translation>
    </message>
    <message>
        <source>Training loss</source>
        <translation>Trainingsverlust</translation>
    </message>
    <message>
        <source>Evaluation loss</source>
        <translation>Prüfverlust</translation>
    </message>
    <message>
        <source>Learning rate</source>
        <translation>Lernrate</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>Speicher</translation>
    </message>
    <message>
        <source>master %1</source>
        <translation>Master %1</translation>
    </message>
    <message>
        <source>moments %1</source>
        <translation>Momente %1</translation>
    </message>
    <message>
        <source>fit %1</source>
        <translation>Einpassen %1</translation>
    </message>
    <message>
        <source>execution %1</source>
        <translation>Ausführung %1</translation>
    </message>
    <message>
        <source>gradients released block by block</source>
        <translation>Gradienten werden Block für Block freigegeben</translation>
    </message>
    <message>
        <source>gradients kept until the update</source>
        <translation>Gradienten bleiben bis zur Aktualisierung</translation>
    </message>
    <message>
        <source>loss %1 rows at a time</source>
        <translation>Verlust in Gruppen von %1 Zeilen</translation>
    </message>
    <message>
        <source>loss in one piece</source>
        <translation>Verlust in einem Stück</translation>
    </message>
    <message>
        <source>NaN</source>
        <translation>NaN</translation>
    </message>
    <message>
        <source>budget %1</source>
        <translation>Budget %1</translation>
    </message>
    <message>
        <source>tick</source>
        <translation>Tick</translation>
    </message>
    <message>
        <source>step</source>
        <translation>Schritt</translation>
    </message>
    <message>
        <source>trained tokens</source>
        <translation>trainierte Tokens</translation>
    </message>
    <message>
        <source>time in steps and probes</source>
        <translation>Zeit in Schritten und Proben</translation>
    </message>
    <message>
        <source>%1 tokens</source>
        <translation>%1 Tokens</translation>
    </message>
    <message>
        <source>%1 images</source>
        <translation>%1 Bilder</translation>
    </message>
    <message>
        <source>tick %1</source>
        <translation>Tick %1</translation>
    </message>
    <message>
        <source>step %1</source>
        <translation>Schritt %1</translation>
    </message>
    <message>
        <source>%1 ticks: %2 to %3</source>
        <translation>%1 Ticks: %2 bis %3</translation>
    </message>
    <message>
        <source>mean</source>
        <translation>Mittel</translation>
    </message>
    <message>
        <source>least</source>
        <translation>kleinster</translation>
    </message>
    <message>
        <source>most</source>
        <translation>größter</translation>
    </message>
    <message>
        <source>Total</source>
        <translation>Summe</translation>
    </message>
    <message>
        <source>Reserved</source>
        <translation>Reserviert</translation>
    </message>
    <message>
        <source>Training loss: none, probes do not train</source>
        <translation>Trainingsverlust: keiner, Proben trainieren nicht</translation>
    </message>
    <message>
        <source>Smoothed</source>
        <translation>Geglättet</translation>
    </message>
    <message>
        <source>A loss that is no number (NaN or infinite)</source>
        <translation>Ein Verlust, der keine Zahl ist (NaN oder unendlich)</translation>
    </message>
    <message>
        <source>An update was skipped; the weights are untouched</source>
        <translation>Eine Aktualisierung wurde ausgelassen; die Gewichte sind unberührt</translation>
    </message>
    <message>
        <source>evaluated at tick %1</source>
        <translation>geprüft bei Tick %1</translation>
    </message>
    <message>
        <source>Quality delta</source>
        <translation>Qualitätsabstand</translation>
    </message>
    <message>
        <source>measured; a pixel is %1 ticks: their mean by class, grey up to the largest; thin line: reserved</source>
        <translation>gemessen; ein Pixel sind %1 Ticks: ihr Mittel je Klasse, grau bis zum größten; dünne Linie: reserviert</translation>
    </message>
    <message>
        <source>measured; a pixel is %1 ticks and shows the largest of them; thin line: reserved</source>
        <translation>gemessen; ein Pixel sind %1 Ticks und zeigt den größten davon; dünne Linie: reserviert</translation>
    </message>
    <message>
        <source>measured, every tick; thin line: reserved from the system</source>
        <translation>gemessen, jeder Tick; dünne Linie: vom System reserviert</translation>
    </message>
    <message>
        <source>line: training, every step; dots: evaluation; crosses: NaN</source>
        <translation>Linie: Training, jeder Schritt; Punkte: Prüfung; Kreuze: NaN</translation>
    </message>
    <message>
        <source>a pixel is %1 ticks: mean (line), least to most (pale); dots: evaluation</source>
        <translation>ein Pixel sind %1 Ticks: Mittel (Linie), kleinster bis größter (blass); Punkte: Prüfung</translation>
    </message>
    <message>
        <source>Repeat it</source>
        <translation>Wiederholen</translation>
    </message>
    <message>
        <source>SHA-256 of the final FP32 weights: %1</source>
        <translation>SHA-256 der endgültigen FP32-Gewichte: %1</translation>
    </message>
    <message>
        <source>… and %1 more rows in the HTML report</source>
        <translation>… und %1 weitere Zeilen im HTML-Bericht</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 von %2</translation>
    </message>
    <message>
        <source>cannot write %1; choose another folder</source>
        <translation>%1 lässt sich nicht schreiben; bitte einen anderen Ordner wählen</translation>
    </message>
    <message>
        <source>written: %1</source>
        <translation>geschrieben: %1</translation>
    </message>
    <message>
        <source>cannot write %1; is the disk full?</source>
        <translation>%1 lässt sich nicht schreiben; ist der Datenträger voll?</translation>
    </message>
    <message>
        <source>Draw a page into FILE (PNG) and exit.</source>
        <translation>Zeichnet eine Seite in FILE (PNG) und endet.</translation>
    </message>
    <message>
        <source>Size of the window, for example 1600x1000.</source>
        <translation>Größe des Fensters, zum Beispiel 1600x1000.</translation>
    </message>
    <message>
        <source>light, dark or system.</source>
        <translation>light, dark oder system.</translation>
    </message>
    <message>
        <source>Pixels of a screenshot for each pixel of the window: 1 to 4.</source>
        <translation>Pixel eines Bildes für jeden Pixel des Fensters: 1 bis 4.</translation>
    </message>
    <message>
        <source>Folder of runs (default: runs, or $MANTISSA_RUNS).</source>
        <translation>Ordner der Läufe (sonst: runs, oder $MANTISSA_RUNS).</translation>
    </message>
    <message>
        <source>Language of the window: en, de or system.</source>
        <translation>Sprache des Fensters: en, de oder system.</translation>
    </message>
    <message>
        <source>Start training this config at once.</source>
        <translation>Trainiert diese Konfiguration sofort.</translation>
    </message>
    <message>
        <source>--theme is &apos;%1&apos;; expected light, dark or system</source>
        <translation>--theme ist &apos;%1&apos;; erwartet: light, dark oder system</translation>
    </message>
    <message>
        <source>--size is &apos;%1&apos;; write for example 1600x1000</source>
        <translation>--size ist &apos;%1&apos;; richtig ist zum Beispiel 1600x1000</translation>
    </message>
    <message>
        <source>Mantissa: train with a number format for each phase, and measure what it costs.</source>
        <translation>Mantissa: mit einem Zahlenformat je Phase trainieren und messen, was es kostet.</translation>
    </message>
    <message>
        <source>What to open: folders of runs (several are compared) or their run.json, set-ups, presets.</source>
        <translation>Was geöffnet wird: Ordner von Läufen (mehrere werden verglichen) oder deren run.json, Einrichtungen, Voreinstellungen.</translation>
    </message>
    <message>
        <source>mantissa-cli plan answered without a time</source>
        <translation>mantissa-cli plan antwortete ohne eine Zeit</translation>
    </message>
    <message>
        <source>Rounding loss of weights</source>
        <translation>Rundungsverlust der Gewichte</translation>
    </message>
    <message>
        <source>SQNR of weights</source>
        <translation>SQNR der Gewichte</translation>
    </message>
    <message>
        <source>Cancelled updates</source>
        <translation>Verlorene Updates</translation>
    </message>
    <message>
        <source>Effective descent</source>
        <translation>Wirksamer Abstieg</translation>
    </message>
    <message>
        <source>Weights that become zero</source>
        <translation>Gewichte, die null werden</translation>
    </message>
    <message>
        <source>Gradients that become zero</source>
        <translation>Gradienten, die null werden</translation>
    </message>
    <message>
        <source>Gradients that overflow</source>
        <translation>Gradienten, die überlaufen</translation>
    </message>
    <message>
        <source>Update / weight, median</source>
        <translation>Update / Gewicht, Median</translation>
    </message>
    <message>
        <source>Root mean square of what rounding takes from the weights, in percent of their own. The exact master keeps it; without one it is lost.</source>
        <translation>Quadratisches Mittel dessen, was das Runden den Gewichten nimmt, in Prozent ihres eigenen. Der exakte Master bewahrt es; ohne ihn ist es verloren.</translation>
    </message>
    <message>
        <source>Signal to rounding noise of the weights, in decibels: 20 dB is a tenth of the weights, 40 dB a hundredth.</source>
        <translation>Signal zu Rundungsrauschen der Gewichte, in Dezibel: 20 dB sind ein Zehntel der Gewichte, 40 dB ein Hundertstel.</translation>
    </message>
    <message>
        <source>Share of the updates that would leave a rounded weight as it is. With the exact master they add up; with a rounded one they are lost.</source>
        <translation>Anteil der Updates, die ein gerundetes Gewicht ließen, wie es ist. Mit dem exakten Master summieren sie sich; mit einem gerundeten sind sie verloren.</translation>
    </message>
    <message>
        <source>How much of the intended update a rounded weight would take over: 1 is all of it.</source>
        <translation>Wie viel des beabsichtigten Updates ein gerundetes Gewicht übernähme: 1 ist alles.</translation>
    </message>
    <message>
        <source>Share of weights that are not zero and would be zero in this format.</source>
        <translation>Anteil der Gewichte, die nicht null sind und es in diesem Format wären.</translation>
    </message>
    <message>
        <source>Share of gradients that are not zero and would be zero in this format, before the loss scale.</source>
        <translation>Anteil der Gradienten, die nicht null sind und es in diesem Format wären, vor der Verlustskala.</translation>
    </message>
    <message>
        <source>Share of gradients beyond the largest number of this format, before the loss scale.</source>
        <translation>Anteil der Gradienten jenseits der größten Zahl dieses Formats, vor der Verlustskala.</translation>
    </message>
    <message>
        <source>Median of |update| / |weight|. Where it is below half a unit in the last place (0.2 % in BF16), a rounded weight hardly moves.</source>
        <translation>Median von |Update| / |Gewicht|. Wo er unter einer halben Einheit der letzten Stelle liegt (0,2 % in BF16), bewegt sich ein gerundetes Gewicht kaum.</translation>
    </message>
    <message>
        <source>exact</source>
        <translation>exakt</translation>
    </message>
    <message>
        <source>%1 dB</source>
        <translation>%1 dB</translation>
    </message>
    <message>
        <source>&lt; 0.01 %</source>
        <translation>&lt; 0,01 %</translation>
    </message>
    <message>
        <source>none</source>
        <translation>keine</translation>
    </message>
    <message>
        <source>Arm</source>
        <translation>Arm</translation>
    </message>
    <message>
        <source>Pairs</source>
        <translation>Paare</translation>
    </message>
    <message>
        <source>95 % interval</source>
        <translation>95-%-Intervall</translation>
    </message>
    <message>
        <source>Batch error</source>
        <translation>Fehler über Batches</translation>
    </message>
    <message>
        <source>Peak</source>
        <translation>Spitze</translation>
    </message>
    <message>
        <source>of baseline</source>
        <translation>der Baseline</translation>
    </message>
    <message>
        <source>Tokens/s</source>
        <translation>Token/s</translation>
    </message>
    <message>
        <source>Below %1</source>
        <translation>Unter %1</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>Seed</translation>
    </message>
    <message>
        <source>Outcome</source>
        <translation>Ausgang</translation>
    </message>
    <message>
        <source>Steps</source>
        <translation>Schritte</translation>
    </message>
    <message>
        <source>Key</source>
        <translation>Schlüssel</translation>
    </message>
    <message>
        <source>Baseline</source>
        <translation>Baseline</translation>
    </message>
    <message>
        <source>Arm&apos;s</source>
        <translation>des Arms</translation>
    </message>
    <message>
        <source>baseline</source>
        <translation>Baseline</translation>
    </message>
    <message>
        <source>✓ reached</source>
        <translation>✓ erreicht</translation>
    </message>
    <message>
        <source>✗ not reached</source>
        <translation>✗ nicht erreicht</translation>
    </message>
    <message>
        <source>? not enough data</source>
        <translation>? zu wenig Daten</translation>
    </message>
    <message>
        <source>Page to show: train, compare, numbers, experiment, report, runs or presets.</source>
        <translation>Seite: train, compare, numbers, experiment, report, runs oder presets.</translation>
    </message>
    <message>
        <source>--page is &apos;%1&apos;; expected train, compare, numbers, experiment, report, runs or presets</source>
        <translation>--page ist „%1“; erwartet wird train, compare, numbers, experiment, report, runs oder presets</translation>
    </message>
    <message>
        <source>%1 since the first %2</source>
        <translation>%1 seit dem ersten %2</translation>
    </message>
    <message>
        <source>Emulated here: products go through FP32, so it saves memory and costs time.</source>
        <translation>Hier emuliert: Produkte gehen durch FP32; das spart Speicher und kostet Zeit.</translation>
    </message>
    <message>
        <source>A loss scale guards its narrow range; steps that overflow are skipped.</source>
        <translation>Eine Verlustskala schützt den engen Bereich; Schritte, die überlaufen, werden ausgelassen.</translation>
    </message>
    <message>
        <source>Each block&apos;s forward pass is done twice, with the same bits.</source>
        <translation>Jeder Block wird zweimal vorwärts gerechnet, mit denselben Bits.</translation>
    </message>
    <message>
        <source>Each block&apos;s weights are fetched before every use.</source>
        <translation>Die Gewichte jedes Blocks werden vor jedem Gebrauch geholt.</translation>
    </message>
    <message>
        <source>Fetched where weights are updated or needed in FP32.</source>
        <translation>Geholt, wo Gewichte aktualisiert oder in FP32 gebraucht werden.</translation>
    </message>
    <message>
        <source>Moved out once as the phase begins and back at its end.</source>
        <translation>Einmal zu Beginn der Phase ausgelagert und an ihrem Ende zurückgeholt.</translation>
    </message>
    <message>
        <source>Fetched and put back by every update.</source>
        <translation>Von jedem Update geholt und zurückgelegt.</translation>
    </message>
    <message>
        <source>not possible</source>
        <translation>nicht möglich</translation>
    </message>
    <message>
        <source>the phase does not run</source>
        <translation>die Phase läuft nicht</translation>
    </message>
    <message>
        <source>%1	estimated peak</source>
        <translation>%1	geschätzte Spitze</translation>
    </message>
    <message>
        <source>, emulated</source>
        <translation>, emuliert</translation>
    </message>
    <message>
        <source>%1 needs %2, estimated; the run&apos;s peak is %3.</source>
        <translation>%1 braucht geschätzt %2; die Spitze des Laufs ist %3.</translation>
    </message>
    <message>
        <source>With %1 it would be %2.</source>
        <translation>Mit %1 wären es %2.</translation>
    </message>
    <message>
        <source>%1 × %2 seeds</source>
        <translation>%1 × %2 Startwerte</translation>
    </message>
    <message>
        <source> (baseline)</source>
        <translation> (Baseline)</translation>
    </message>
    <message>
        <source>Used on the card</source>
        <translation>Belegt auf der Karte</translation>
    </message>
    <message>
        <source>Of it by others</source>
        <translation>Davon durch andere</translation>
    </message>
    <message>
        <source>written: %1, %2 tensors in %3</source>
        <translation>geschrieben: %1, %2 Tensoren in %3</translation>
    </message>
    <message>
        <source>none in a probe</source>
        <translation>keine in einer Probe</translation>
    </message>
    <message>
        <source>A tick is a step, or a forward-only batch of Predict (a probe).</source>
        <translation>Ein Tick ist ein Schritt oder ein reiner Vorwärts-Batch von Predict (eine Probe).</translation>
    </message>
    <message>
        <source>Write the report of a run as FILE (PDF) and exit.</source>
        <translation>Den Bericht eines Laufs als DATEI (PDF) schreiben und enden.</translation>
    </message>
    <message>
        <source>The run that --pdf compares with (default: found beside the run).</source>
        <translation>Der Lauf, mit dem --pdf vergleicht (sonst: neben dem Lauf gefunden).</translation>
    </message>
    <message>
        <source>--pdf is of one run; name its folder</source>
        <translation>--pdf gilt einem Lauf; nennen Sie seinen Ordner</translation>
    </message>
    <message>
        <source>the folder of runs, %1, is not there; runs go to %2 this time</source>
        <translation>der Ordner der Läufe, %1, ist nicht da; Läufe kommen diesmal nach %2</translation>
    </message>
</context>
<context>
    <name>mantissa::ui::AdviceDialog</name>
    <message>
        <source>Advice · %1</source>
        <translation>Rat · %1</translation>
    </message>
    <message>
        <source>What this run has measured so far, and what answers it. A change of the table is queued for the run; others wait until it has ended.</source>
        <translation>Was dieser Lauf bisher gemessen hat und was darauf antwortet. Eine Änderung der Tabelle wird für den Lauf vorgemerkt; andere warten, bis er zu Ende ist.</translation>
    </message>
    <message>
        <source>What this run has measured, and what answers it. A change goes into the set-up of the next run, where it can be undone.</source>
        <translation>Was dieser Lauf gemessen hat und was darauf antwortet. Eine Änderung geht in die Einrichtung des nächsten Laufs, wo sie rückgängig gemacht werden kann.</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Overflow and underflow</source>
        <translation>Überlauf und Unterlauf</translation>
    </message>
    <message>
        <source>Savings</source>
        <translation>Ersparnis</translation>
    </message>
    <message>
        <source>Quality</source>
        <translation>Qualität</translation>
    </message>
    <message>
        <source>Rounding of updates</source>
        <translation>Rundung von Updates</translation>
    </message>
    <message>
        <source>Use in the set-up</source>
        <translation>In die Einrichtung übernehmen</translation>
    </message>
    <message>
        <source>✓ in the set-up</source>
        <translation>✓ in der Einrichtung</translation>
    </message>
    <message>
        <source>A running run takes changes of its table alone; this one waits until it has ended.</source>
        <translation>Ein laufender Lauf nimmt nur Änderungen seiner Tabelle an; diese wartet, bis er beendet ist.</translation>
    </message>
</context>
<context>
    <name>mantissa::ui::CardLanes</name>
    <message>
        <source>Temperature, power, clock and load of the card</source>
        <translation>Temperatur, Leistung, Takt und Last der Karte</translation>
    </message>
    <message>
        <source>power</source>
        <translation>Leistung</translation>
    </message>
    <message>
        <source>clock</source>
        <translation>Takt</translation>
    </message>
    <message>
        <source>load</source>
        <translation>Last</translation>
    </message>
    <message>
        <source>others</source>
        <translation>andere</translation>
    </message>
    <message>
        <source>tick %1</source>
        <translation>Tick %1</translation>
    </message>
    <message>
        <source>not known</source>
        <translation>nicht bekannt</translation>
    </message>
    <message>
        <source>temp.</source>
        <translation>Temp.</translation>
    </message>
    <message>
        <source>°C</source>
        <translation>°C</translation>
    </message>
    <message>
        <source>W</source>
        <translation>W</translation>
    </message>
    <message>
        <source>MHz</source>
        <translation>MHz</translation>
    </message>
    <message>
        <source>%</source>
        <translation>%</translation>
    </message>
    <message>
        <source>GiB</source>
        <translation>GiB</translation>
    </message>
</context>
<context>
    <name>mantissa::ui::ChecksLabel</name>
    <message>
        <source>%1 parameters; the exact FP32 value of every weight is kept</source>
        <translation>%1 Parameter; der genaue FP32-Wert jedes Gewichts bleibt erhalten</translation>
    </message>
    <message>
        <source>about %1 of memory needed, %2 free here</source>
        <translation>etwa %1 Speicher nötig, %2 hier frei</translation>
    </message>
    <message>
        <source>about %1 of memory needed and only %2 free here: Start asks first</source>
        <translation>etwa %1 Speicher nötig und nur %2 hier frei: Start fragt vorher</translation>
    </message>
    <message>
        <source>about %1 of disk needed, %2 free there</source>
        <translation>etwa %1 Plattenplatz nötig, %2 dort frei</translation>
    </message>
    <message>
        <source>about %1 of disk needed and only %2 free there: Start asks first</source>
        <translation>etwa %1 Plattenplatz nötig und nur %2 dort frei: Start fragt vorher</translation>
    </message>
    <message>
        <source>the estimate fits the budget</source>
        <translation>die Schätzung passt ins Budget</translation>
    </message>
    <message>
        <source>the estimate is over the budget: Fit into lists what makes it smaller</source>
        <translation>die Schätzung liegt über dem Budget: Einpassen zeigt, was sie kleiner macht</translation>
    </message>
    <message>
        <source>the peak stays where FP32 has it, because %1 holds it</source>
        <translation>die Spitze bleibt, wo FP32 sie hat, denn %1 bestimmt sie</translation>
    </message>
    <message>
        <source>FP16 in %1: a loss scale guards it; watch the skipped steps</source>
        <translation>FP16 in %1: eine Verlustskala schützt es; auf ausgelassene Schritte achten</translation>
    </message>
    <message>
        <source>this processor emulates %1: it saves memory and costs time</source>
        <translation>dieser Prozessor emuliert %1: es spart Speicher und kostet Zeit</translation>
    </message>
    <message>
        <source>the estimate, %1, fits the simulated card of %2</source>
        <translation>die Schätzung, %1, passt auf die simulierte Karte mit %2</translation>
    </message>
    <message>
        <source>the estimate, %1, is over the simulated card of %2</source>
        <translation>die Schätzung, %1, ist mehr als die simulierte Karte mit %2 fasst</translation>
    </message>
    <message>
        <source>simulated card: bytes and bits are real, seconds are not; no speed is shown</source>
        <translation>simulierte Karte: Bytes und Bits sind echt, Sekunden nicht; kein Tempo wird gezeigt</translation>
    </message>
    <message>
        <source>no card here has the number %1</source>
        <translation>keine Karte hier hat die Nummer %1</translation>
    </message>
    <message>
        <source>the estimate, %1, is over the %2 that the card has free</source>
        <translation>die Schätzung, %1, ist mehr als die %2, die auf der Karte frei sind</translation>
    </message>
    <message>
        <source>a learning rate of %1 is high: each step moves every weight by about as much</source>
        <translation>eine Lernrate von %1 ist hoch: Jeder Schritt bewegt jedes Gewicht um etwa so viel</translation>
    </message>
</context>
<context>
    <name>mantissa::ui::ClassLegend</name>
    <message>
        <source>A click hides a class and shows it again</source>
        <translation>Ein Klick blendet eine Klasse aus und wieder ein</translation>
    </message>
    <message>
        <source>Memory classes</source>
        <translation>Speicherklassen</translation>
    </message>
    <message>
        <source>%1 (hidden)</source>
        <translation>%1 (ausgeblendet)</translation>
    </message>
</context>
<context>
    <name>mantissa::ui::ComparePage</name>
    <message>
        <source>long logs are being read…</source>
        <translation>lange Protokolle werden gelesen…</translation>
    </message>
    <message>
        <source>Baseline</source>
        <translation>Baseline</translation>
    </message>
    <message>
        <source>Pin</source>
        <translation>Anheften</translation>
    </message>
    <message>
        <source>Keeps this baseline for whatever is compared next</source>
        <translation>Behält diese Baseline für alles, was als Nächstes verglichen wird</translation>
    </message>
    <message>
        <source>Unit of the x axis</source>
        <translation>Einheit der x-Achse</translation>
    </message>
    <message>
        <source>over steps</source>
        <translation>über Schritte</translation>
    </message>
    <message>
        <source>over tokens</source>
        <translation>über Tokens</translation>
    </message>
    <message>
        <source>over time</source>
        <translation>über die Zeit</translation>
    </message>
    <message>
        <source>over ticks</source>
        <translation>über Ticks</translation>
    </message>
    <message>
        <source>Lines of the large chart</source>
        <translation>Linien des großen Diagramms</translation>
    </message>
    <message>
        <source>device memory</source>
        <translation>Gerätespeicher</translation>
    </message>
    <message>
        <source>training loss</source>
        <translation>Trainingsverlust</translation>
    </message>
    <message>
        <source>Figures</source>
        <translation>Kennzahlen</translation>
    </message>
    <message>
        <source>Differences in config</source>
        <translation>Unterschiede der Konfiguration</translation>
    </message>
    <message>
        <source>Peak by class</source>
        <translation>Spitze nach Klassen</translation>
    </message>
    <message>
        <source>No runs to compare yet</source>
        <translation>Noch keine Läufe zum Vergleichen</translation>
    </message>
    <message>
        <source>Select two or more runs on the Runs page (Ctrl or Shift with a click, or with the arrow keys) and press Compare selected.
Or drop run folders on this window. The FP32 run among them becomes the baseline.</source>
        <translation>Auf der Seite Läufe zwei oder mehr Läufe auswählen (Strg oder Umschalt mit einem Klick oder den Pfeiltasten) und Auswahl vergleichen drücken.
Oder Ordner von Läufen auf dieses Fenster ziehen. Der FP32-Lauf darunter wird die Baseline.</translation>
    </message>
    <message>
        <source>Choose runs</source>
        <translation>Läufe wählen</translation>
    </message>
    <message>
        <source>none</source>
        <translation>keine</translation>
    </message>
    <message>
        <source>runs that differ by seed alone are one line: their mean, and a band from the least to the most</source>
        <translation>Läufe, die sich nur im Startwert unterscheiden, sind eine Linie: ihr Mittel, mit einem Band vom kleinsten bis zum größten</translation>
    </message>
    <message>
        <source>n = 1 pair of runs each, no interval over seeds; ± is 95 % over the evaluation windows of a pair</source>
        <translation>je n = 1 Paar von Läufen, kein Intervall über Startwerte; ± sind 95 % über die Prüffenster eines Paares</translation>
    </message>
    <message>
        <source>Training loss</source>
        <translation>Trainingsverlust</translation>
    </message>
    <message>
        <source>Memory against quality</source>
        <translation>Speicher gegen Qualität</translation>
    </message>
    <message>
        <source>Key</source>
        <translation>Schlüssel</translation>
    </message>
    <message>
        <source>At the peak instant, measured</source>
        <translation>Im Augenblick der Spitze, gemessen</translation>
    </message>
    <message>
        <source>Total</source>
        <translation>Summe</translation>
    </message>
    <message>
        <source>Where the x axis begins</source>
        <translation>Wo die x-Achse beginnt</translation>
    </message>
    <message>
        <source>Lays the runs over each other where each came to a phase for the first time</source>
        <translation>Legt die Läufe dort übereinander, wo jeder zum ersten Mal in eine Phase kam</translation>
    </message>
    <message>
        <source>from the start</source>
        <translation>vom Anfang an</translation>
    </message>
    <message>
        <source>since the first %1</source>
        <translation>seit dem ersten %1</translation>
    </message>
    <message>
        <source>Figures of the runs</source>
        <translation>Zahlen der Läufe</translation>
    </message>
    <message>
        <source>Device memory</source>
        <translation>Gerätespeicher</translation>
    </message>
    <message>
        <source>measured, the largest in each part</source>
        <translation>gemessen, das Größte in jedem Teil</translation>
    </message>
    <message>
        <source>mean of each part</source>
        <translation>Mittel jedes Teils</translation>
    </message>
    <message>
        <source>measured, at the peak instant</source>
        <translation>gemessen, im Augenblick der Spitze</translation>
    </message>
    <message>
        <source>Quality delta against the baseline</source>
        <translation>Qualitätsabstand zur Baseline</translation>
    </message>
    <message>
        <source>%1 is not finished: step %2 of %3</source>
        <translation>%1 ist nicht fertig: Schritt %2 von %3</translation>
    </message>
    <message>
        <source>Add TensorBoard…</source>
        <translation>TensorBoard hinzufügen…</translation>
    </message>
    <message>
        <source>Lays the losses of another program&apos;s run beside these: a folder with its event files</source>
        <translation>Legt die Verluste eines Laufs eines anderen Programms daneben: ein Ordner mit seinen Ereignisdateien</translation>
    </message>
    <message>
        <source>A folder with event files</source>
        <translation>Ein Ordner mit Ereignisdateien</translation>
    </message>
    <message>
        <source>evaluation loss</source>
        <translation>Prüfverlust</translation>
    </message>
    <message>
        <source>gradient norm</source>
        <translation>Gradientennorm</translation>
    </message>
    <message>
        <source>learning rate</source>
        <translation>Lernrate</translation>
    </message>
    <message>
        <source>throughput</source>
        <translation>Durchsatz</translation>
    </message>
    <message>
        <source>one run alone: tick another under Runs</source>
        <translation>nur ein Lauf: haken Sie unter Läufe einen weiteren an</translation>
    </message>
    <message>
        <source>Evaluation loss</source>
        <translation>Prüfverlust</translation>
    </message>
    <message>
        <source>on the batches that no run trains on</source>
        <translation>auf den Batches, mit denen kein Lauf trainiert</translation>
    </message>
    <message>
        <source>Gradient norm</source>
        <translation>Gradientennorm</translation>
    </message>
    <message>
        <source>mean of each part, before clipping</source>
        <translation>Mittel jedes Teils, vor dem Kürzen</translation>
    </message>
    <message>
        <source>Learning rate</source>
        <translation>Lernrate</translation>
    </message>
    <message>
        <source>at the end of each part</source>
        <translation>am Ende jedes Teils</translation>
    </message>
    <message>
        <source>Throughput</source>
        <translation>Durchsatz</translation>
    </message>
    <message>
        <source>tokens or images a second, in each part</source>
        <translation>Token oder Bilder je Sekunde, in jedem Teil</translation>
    </message>
    <message>
        <source>% of its evaluation loss; dashed: the limit, 0.5 %</source>
        <translation>% ihres Prüfverlusts; gestrichelt: die Grenze, 0.5 %</translation>
    </message>
    <message>
        <source>last quality delta, %, over peak memory; dashed: none is better in both</source>
        <translation>letzter Qualitätsabstand, %, über dem Spitzenspeicher; gestrichelt: keiner ist in beidem besser</translation>
    </message>
</context>
<context>
    <name>mantissa::ui::ComparisonModel</name>
    <message>
        <source>baseline</source>
        <translation>Baseline</translation>
    </message>
    <message>
        <source> (%1 mismatches)</source>
        <translation> (%1 Abweichungen)</translation>
    </message>
    <message>
        <source>Run</source>
        <translation>Lauf</translation>
    </message>
    <message>
        <source>Peak</source>
        <translation>Spitze</translation>
    </message>
    <message>
        <source>vs baseline</source>
        <translation>zur Baseline</translation>
    </message>
    <message>
        <source>Mean</source>
        <translation>Mittel</translation>
    </message>
    <message>
        <source>Eval loss</source>
        <translation>Prüfverlust</translation>
    </message>
    <message>
        <source>Quality delta</source>
        <translation>Qualitätsabstand</translation>
    </message>
    <message>
        <source>Tokens/s</source>
        <translation>Tokens/s</translation>
    </message>
    <message>
        <source>Casts</source>
        <translation>Wandlungen</translation>
    </message>
    <message>
        <source>Skipped</source>
        <translation>Ausgelassen</translation>
    </message>
</context>
<context>
    <name>mantissa::ui::ConfirmBar</name>
    <message>
        <source>Keep</source>
        <translation>Behalten</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
</context>
<context>
    <name>mantissa::ui::ContinueDialog</name>
    <message>
        <source>Continue · %1</source>
        <translation>Fortsetzen · %1</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>this run, from where it stands</source>
        <translation>diesen Lauf, von wo er steht</translation>
    </message>
    <message>
        <source>a new run from a checkpoint of it</source>
        <translation>einen neuen Lauf von einem seiner Checkpoints</translation>
    </message>
    <message>
        <source>Checkpoint</source>
        <translation>Checkpoint</translation>
    </message>
    <message>
        <source>step %1</source>
        <translation>Schritt %1</translation>
    </message>
    <message>
        <source>step %1, evaluation loss %2</source>
        <translation>Schritt %1, Prüfverlust %2</translation>
    </message>
    <message>
        <source>Name of the new run</source>
        <translation>Name des neuen Laufs</translation>
    </message>
    <message>
        <source>Go on with</source>
        <translation>Weiter mit</translation>
    </message>
    <message>
        <source>checkpoint</source>
        <translation>Checkpoint</translation>
    </message>
    <message>
        <source>called</source>
        <translation>genannt</translation>
    </message>
    <message>
        <source>epochs, all in all</source>
        <translation>Epochen insgesamt</translation>
    </message>
    <message>
        <source>until step</source>
        <translation>bis Schritt</translation>
    </message>
    <message>
        <source>learning rate, at its highest</source>
        <translation>Lernrate, an ihrer höchsten Stelle</translation>
    </message>
    <message>
        <source>Fork</source>
        <translation>Abzweigen</translation>
    </message>
    <message>
        <source>Continue</source>
        <translation>Fortsetzen</translation>
    </message>
    <message>
        <source>the new run needs a name</source>
        <translation>der neue Lauf braucht einen Namen</translation>
    </message>
    <message>
        <source>The run stays as it is; the new one has its steps up to there, and goes on.</source>
        <translation>Der Lauf bleibt, wie er ist; der neue hat seine Schritte bis dorthin und läuft weiter.</translation>
    </message>
    <message>
        <source>it has done %1 steps; name a larger number</source>
        <translation>er hat %1 Schritte getan; nennen Sie eine größere Zahl</translation>
    </message>
</context>
<context>
    <name>mantissa::ui::DataPreviewDialog</name>
    <message>
        <source>reading and encoding …</source>
        <translation>wird gelesen und zerlegt …</translation>
    </message>
    <message>
        <source>Data · %1</source>
        <translation>Daten · %1</translation>
    </message>
    <message>
        <source>Tokens in turn light and dark. Underlined on colour: learned. Plain: read, not learned.</source>
        <translation>Tokens abwechselnd hell und dunkel. Unterstrichen auf Farbe: wird gelernt. Ohne: wird gelesen, nicht gelernt.</translation>
    </message>
    <message>
        <source>The first rows, token by token</source>
        <translation>Die ersten Zeilen, Token für Token</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>%1 of text, all of it learned; this is how it begins:</source>
        <translation>%1 Text, der ganz gelernt wird; so beginnt er:</translation>
    </message>
    <message>
        <source>Row %1 · %2 tokens</source>
        <translation>Zeile %1 · %2 Tokens</translation>
    </message>
</context>
<context>
    <name>mantissa::ui::DeviceField</name>
    <message>
        <source>Device</source>
        <translation>Gerät</translation>
    </message>
    <message>
        <source>Size of the simulated card</source>
        <translation>Größe der simulierten Karte</translation>
    </message>
    <message>
        <source>What the card holds: choose a size, or type one, for example 512 MiB</source>
        <translation>Was die Karte fasst: eine Größe wählen oder eine eingeben, zum Beispiel 512 MiB</translation>
    </message>
    <message>
        <source>CPU</source>
        <translation>CPU</translation>
    </message>
    <message>
        <source>Simulated card…</source>
        <translation>Simulierte Karte …</translation>
    </message>
    <message>
        <source>A card that you do not have: bytes and bits are real, seconds are not.</source>
        <translation>Eine Karte, die man nicht hat: Bytes und Bits sind echt, Sekunden nicht.</translation>
    </message>
    <message>
        <source>%1 · not found here</source>
        <translation>%1 · hier nicht gefunden</translation>
    </message>
    <message>
        <source>Where the model is trained. The cards of this machine are those that its driver lists.</source>
        <translation>Wo das Modell trainiert wird. Die Karten dieses Rechners sind die, die ihr Treiber nennt.</translation>
    </message>
</context>
<context>
    <name>mantissa::ui::EstimateBars</name>
    <message>
        <source>Estimated peak memory by phase</source>
        <translation>Geschätzter Spitzenspeicher nach Phasen</translation>
    </message>
    <message>
        <source>FP32 everywhere</source>
        <translation>FP32 überall</translation>
    </message>
    <message>
        <source> · largest</source>
        <translation> · größte</translation>
    </message>
</context>
<context>
    <name>mantissa::ui::EventListModel</name>
    <message>
        <source>%1 in %2</source>
        <translation>%1 in %2</translation>
    </message>
    <message>
        <source>: %1</source>
        <translation>: %1</translation>
    </message>
    <message>
        <source> · %1 tensors cast, %2 in %3, %4 mismatches</source>
        <translation> · %1 Tensoren gewandelt, %2 in %3, %4 Abweichungen</translation>
    </message>
    <message>
        <source> · %1 tensors moved, %2</source>
        <translation> · %1 Tensoren verlegt, %2</translation>
    </message>
    <message>
        <source>segment</source>
        <translation>Abschnitt</translation>
    </message>
    <message>
        <source>loss %1</source>
        <translation>Verlust %1</translation>
    </message>
    <message>
        <source>, accuracy %1 %</source>
        <translation>, Genauigkeit %1 %</translation>
    </message>
    <message>
        <source>evaluation</source>
        <translation>Prüfung</translation>
    </message>
    <message>
        <source>predict</source>
        <translation>Predict</translation>
    </message>
    <message>
        <source>read-out gains %1 ± %2 nats over %3 probes; confidence %4</source>
        <translation>Auslesung gewinnt %1 ± %2 Nats über %3 Proben; Zuversicht %4</translation>
    </message>
    <message>
        <source>checkpoint</source>
        <translation>Sicherung</translation>
    </message>
    <message>
        <source>%1, %2 in %3</source>
        <translation>%1, %2 in %3</translation>
    </message>
    <message>
        <source>Tick</source>
        <translation>Tick</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>Art</translation>
    </message>
    <message>
        <source>What happened</source>
        <translation>Was geschah</translation>
    </message>
    <message>
        <source>text</source>
        <translation>Text</translation>
    </message>
    <message>
        <source>By how much the average of the last weights had a lower loss than the weights themselves, on batches that Predict looked at; confidence: how sure it is that this is above 0, from 0 to 1.</source>
        <translation>Um wie viel der Mittelwert der letzten Gewichte einen kleineren Verlust hatte als die Gewichte selbst, auf Batches, die Predict angesehen hat; Zuversicht: wie sicher es ist, dass das über 0 liegt, von 0 bis 1.</translation>
    </message>
    <message>
        <source>A tick is a step, or a forward-only batch of Predict (a probe).</source>
        <translation>Ein Tick ist ein Schritt oder ein reiner Vorwärts-Batch von Predict (eine Probe).</translation>
    </message>
</context>
<context>
    <name>mantissa::ui::ExperimentPage</name>
    <message>
        <source>Train what is missing</source>
        <translation>Fehlendes trainieren</translation>
    </message>
    <message>
        <source>Queues the runs that are not there or were cut off, whole pairs first</source>
        <translation>Reiht die Läufe ein, die fehlen oder abgebrochen wurden, ganze Paare zuerst</translation>
    </message>
    <message>
        <source>Save report…</source>
        <translation>Bericht sichern …</translation>
    </message>
    <message>
        <source>One HTML file with the chart, all pairs, what the arms change and the command that repeats it</source>
        <translation>Eine HTML-Datei mit dem Bild, allen Paaren, dem, was die Arme ändern, und dem Befehl, der es wiederholt</translation>
    </message>
    <message>
        <source>Open…</source>
        <translation>Öffnen …</translation>
    </message>
    <message>
        <source>The folder of an experiment, made here or by mantissa-cli experiment</source>
        <translation>Der Ordner eines Experiments, hier oder mit mantissa-cli experiment angelegt</translation>
    </message>
    <message>
        <source>New…</source>
        <translation>Neu …</translation>
    </message>
    <message>
        <source>Plans one from the set-up on the Train page</source>
        <translation>Plant eines aus der Einrichtung der Seite Training</translation>
    </message>
    <message>
        <source>No experiment is open</source>
        <translation>Kein Experiment ist offen</translation>
    </message>
    <message>
        <source>Train the %1 missing</source>
        <translation>Die %1 fehlenden trainieren</translation>
    </message>
    <message>
        <source>Arms × seeds against the FP32 baseline, with intervals and a verdict</source>
        <translation>Arme × Seeds gegen die FP32-Baseline, mit Intervallen und einem Urteil</translation>
    </message>
    <message>
        <source>Open an experiment&apos;s folder</source>
        <translation>Ordner eines Experiments öffnen</translation>
    </message>
    <message>
        <source>the set-up on the Train page has a field that cannot be used; the checks there say which</source>
        <translation>die Einrichtung der Seite Training hat ein unbrauchbares Feld; die Prüfungen dort sagen, welches</translation>
    </message>
    <message>
        <source>%1 runs are queued; the Runs page shows what comes next</source>
        <translation>%1 Läufe sind eingereiht; die Seite Läufe zeigt, was als Nächstes kommt</translation>
    </message>
    <message>
        <source>Save the report of the experiment</source>
        <translation>Bericht des Experiments sichern</translation>
    </message>
    <message>
        <source>HTML (*.html)</source>
        <translation>HTML (*.html)</translation>
    </message>
    <message>
        <source>saved as %1</source>
        <translation>gesichert als %1</translation>
    </message>
    <message>
        <source>Quality delta by arm</source>
        <translation>Qualitätsabstand je Arm</translation>
    </message>
    <message>
        <source>dots: seeds; bar: 95 % interval of their mean</source>
        <translation>Punkte: Seeds; Balken: 95-%-Intervall ihres Mittels</translation>
    </message>
    <message>
        <source>%1: %2 of %3 runs ended%7, %4 arms × %5 seeds%6</source>
        <translation>%1: %2 von %3 Läufen beendet%7, %4 Arme × %5 Seeds%6</translation>
    </message>
    <message>
        <source>, %1 queued or training</source>
        <translation>, %1 eingereiht oder im Training</translation>
    </message>
    <message>
        <source>Go on with the queue</source>
        <translation>Warteschlange fortsetzen</translation>
    </message>
    <message>
        <source>One pair of runs cannot tell a loss of quality from the luck of a seed. An experiment trains each way several times, in pairs with equal start and data, and says whether quality stays within the limit of 0.5 %.
New… plans one from the set-up on the Train page; Open… shows a folder of mantissa-cli experiment.</source>
        <translation>Ein Paar von Läufen kann einen Verlust an Qualität nicht vom Glück eines Startwerts unterscheiden. Ein Experiment trainiert jeden Weg mehrmals, in Paaren mit gleichem Anfang und gleichen Daten, und sagt, ob die Qualität innerhalb der Grenze von 0.5 % bleibt.
Neu… plant eines aus der Einrichtung der Seite Training; Öffnen… zeigt einen Ordner von mantissa-cli experiment.</translation>
    </message>
</context>
<context>
    <name>mantissa::ui::ExperimentPlot</name>
    <message>
        <source>Quality delta by arm</source>
        <translation>Qualitätsabstand je Arm</translation>
    </message>
    <message>
        <source>%1: %2, %3 to %4 over %5 seeds</source>
        <translation>%1: %2, %3 bis %4 über %5 Seeds</translation>
    </message>
    <message>
        <source>%1: no interval yet</source>
        <translation>%1: noch kein Intervall</translation>
    </message>
    <message>
        <source>seed %1: %2</source>
        <translation>Seed %1: %2</translation>
    </message>
    <message>
        <source>%1  [%2, %3]</source>
        <translation>%1  [%2, %3]</translation>
    </message>
    <message>
        <source>no interval yet</source>
        <translation>noch kein Intervall</translation>
    </message>
    <message>
        <source>%1 of %2 pairs</source>
        <translation>%1 von %2 Paaren</translation>
    </message>
    <message>
        <source> · peak × %1</source>
        <translation> · Spitze × %1</translation>
    </message>
    <message>
        <source>seed %1</source>
        <translation>Seed %1</translation>
    </message>
    <message>
        <source>not measured yet</source>
        <translation>noch nicht gemessen</translation>
    </message>
    <message>
        <source>quality delta in % of the baseline&apos;s evaluation loss; left is better; green: within the limit of %1</source>
        <translation>Qualitätsabstand in % des Prüfverlusts der Baseline; links ist besser; grün: innerhalb der Grenze von %1</translation>
    </message>
</context>
<context>
    <name>mantissa::ui::ExperimentTables</name>
    <message>
        <source>Arms</source>
        <translation>Arme</translation>
    </message>
    <message>
        <source>Seeds</source>
        <translation>Seeds</translation>
    </message>
    <message>
        <source>What the arms change</source>
        <translation>Was die Arme ändern</translation>
    </message>
</context>
<context>
    <name>mantissa::ui::ExponentPlot</name>
    <message>
        <source>Sizes of weights, gradients and updates by power of two</source>
        <translation>Größen von Gewichten, Gradienten und Updates nach Zweierpotenz</translation>
    </message>
    <message>
        <source>weights</source>
        <translation>Gewichte</translation>
    </message>
    <message>
        <source>gradients</source>
        <translation>Gradienten</translation>
    </message>
    <message>
        <source>updates</source>
        <translation>Updates</translation>
    </message>
    <message>
        <source>At least</source>
        <translation>Mindestens</translation>
    </message>
    <message>
        <source>%1 ≤ |x| &lt; %2</source>
        <translation>%1 ≤ |x| &lt; %2</translation>
    </message>
    <message>
        <source>%1 of the %2</source>
        <translation>%1 der %2</translation>
    </message>
    <message>
        <source>all digits</source>
        <translation>alle Stellen</translation>
    </message>
    <message>
        <source>fewer digits</source>
        <translation>weniger Stellen</translation>
    </message>
    <message>
        <source>becomes zero</source>
        <translation>wird null</translation>
    </message>
    <message>
        <source>overflows</source>
        <translation>läuft über</translation>
    </message>
    <message>
        <source>how large weights, gradients and updates are appears here once they are measured</source>
        <translation>wie groß Gewichte, Gradienten und Updates sind, erscheint hier, sobald sie gemessen sind</translation>
    </message>
</context>
<context>
    <name>mantissa::ui::ExportMenu</name>
    <message>
        <source>Report as HTML…</source>
        <translation>Bericht als HTML …</translation>
    </message>
    <message>
        <source>Report as PDF…</source>
        <translation>Bericht als PDF …</translation>
    </message>
    <message>
        <source>Copy report as Markdown</source>
        <translation>Bericht als Markdown kopieren</translation>
    </message>
    <message>
        <source>Numbers as CSV…</source>
        <translation>Zahlen als CSV …</translation>
    </message>
    <message>
        <source>Chart: %1…</source>
        <translation>Diagramm: %1 …</translation>
    </message>
    <message>
        <source>Picture of this page…</source>
        <translation>Bild dieser Seite …</translation>
    </message>
    <message>
        <source>Copy set-up as command</source>
        <translation>Einrichtung als Befehl kopieren</translation>
    </message>
    <message>
        <source>Diagnostics for a bug report…</source>
        <translation>Diagnose für einen Fehlerbericht …</translation>
    </message>
    <message>
        <source>no run is open; open or start one first</source>
        <translation>es ist kein Lauf offen; bitte erst einen öffnen oder starten</translation>
    </message>
    <message>
        <source>HTML (*.html);;Markdown (*.md)</source>
        <translation>HTML (*.html);;Markdown (*.md)</translation>
    </message>
    <message>
        <source>PDF (*.pdf)</source>
        <translation>PDF (*.pdf)</translation>
    </message>
    <message>
        <source>CSV (*.csv)</source>
        <translation>CSV (*.csv)</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>Ausgeben</translation>
    </message>
    <message>
        <source>the report is in the clipboard as Markdown</source>
        <translation>der Bericht liegt als Markdown in der Zwischenablage</translation>
    </message>
    <message>
        <source>this run has nothing to show as “%1”</source>
        <translation>dieser Lauf hat nichts zu zeigen als „%1“</translation>
    </message>
    <message>
        <source>Export chart</source>
        <translation>Diagramm ausgeben</translation>
    </message>
    <message>
        <source>SVG (*.svg);;PNG (*.png)</source>
        <translation>SVG (*.svg);;PNG (*.png)</translation>
    </message>
    <message>
        <source>Export picture</source>
        <translation>Bild ausgeben</translation>
    </message>
    <message>
        <source>PNG (*.png)</source>
        <translation>PNG (*.png)</translation>
    </message>
    <message>
        <source>Diagnostics: no weights, no data, no names of folders</source>
        <translation>Diagnose: keine Gewichte, keine Daten, keine Namen von Ordnern</translation>
    </message>
    <message>
        <source>ZIP (*.zip)</source>
        <translation>ZIP (*.zip)</translation>
    </message>
    <message>
        <source>the set-up on the left has a field that cannot be used; the checks there say which</source>
        <translation>links ist ein Feld nicht brauchbar; die Prüfungen dort sagen, welches</translation>
    </message>
    <message>
        <source>the command that trains this set-up is in the clipboard</source>
        <translation>der Befehl, der diese Einrichtung trainiert, liegt in der Zwischenablage</translation>
    </message>
    <message>
        <source>TensorBoard event file…</source>
        <translation>Ereignisdatei für TensorBoard…</translation>
    </message>
    <message>
        <source>Trace for Perfetto…</source>
        <translation>Ablauf für Perfetto…</translation>
    </message>
    <message>
        <source>Export trace</source>
        <translation>Ablauf exportieren</translation>
    </message>
    <message>
        <source>Trace (*.json)</source>
        <translation>Ablauf (*.json)</translation>
    </message>
    <message>
        <source>Model as Hugging Face folder…</source>
        <translation>Modell als Hugging-Face-Ordner…</translation>
    </message>
    <message>
        <source>Folder that TensorBoard looks into</source>
        <translation>Ordner, in den TensorBoard sieht</translation>
    </message>
    <message>
        <source>a model is being written already; wait for it</source>
        <translation>ein Modell wird schon geschrieben; bitte warten</translation>
    </message>
    <message>
        <source>Name of the new folder</source>
        <translation>Name des neuen Ordners</translation>
    </message>
    <message>
        <source>the model is being written to %1…</source>
        <translation>das Modell wird nach %1 geschrieben…</translation>
    </message>
</context>
<context>
    <name>mantissa::ui::FiguresBar</name>
    <message>
        <source>PEAK MEMORY</source>
        <translation>SPITZENSPEICHER</translation>
    </message>
    <message>
        <source>PEAK VS FP32</source>
        <translation>SPITZE ZU FP32</translation>
    </message>
    <message>
        <source>QUALITY DELTA</source>
        <translation>QUALITÄTSABSTAND</translation>
    </message>
    <message>
        <source>THROUGHPUT</source>
        <translation>DURCHSATZ</translation>
    </message>
    <message>
        <source>PHASE</source>
        <translation>PHASE</translation>
    </message>
    <message>
        <source>measured once a run starts</source>
        <translation>gemessen, sobald ein Lauf beginnt</translation>
    </message>
    <message>
        <source>measured; mean %1</source>
        <translation>gemessen; Mittel %1</translation>
    </message>
    <message>
        <source>no common evaluation yet</source>
        <translation>noch keine gemeinsame Prüfung</translation>
    </message>
    <message>
        <source>n = 1, no interval · limit %1</source>
        <translation>n = 1, kein Intervall · bis %1</translation>
    </message>
    <message>
        <source>not started</source>
        <translation>nicht begonnen</translation>
    </message>
    <message>
        <source>%1 since step %2</source>
        <translation>%1 seit Schritt %2</translation>
    </message>
    <message>
        <source>estimated, no baseline yet</source>
        <translation>geschätzt, noch keine Baseline</translation>
    </message>
    <message>
        <source>press Measure quality</source>
        <translation>„Qualität messen“ drücken</translation>
    </message>
    <message>
        <source>THROUGHPUT, TOKENS</source>
        <translation>DURCHSATZ, TOKENS</translation>
    </message>
    <message>
        <source>THROUGHPUT, IMAGES</source>
        <translation>DURCHSATZ, BILDER</translation>
    </message>
    <message>
        <source>%1 left · </source>
        <translation>noch %1 · </translation>
    </message>
    <message>
        <source>this run is all FP32</source>
        <translation>dieser Lauf ist ganz FP32</translation>
    </message>
    <message>
        <source>others are measured by it</source>
        <translation>an ihm werden andere gemessen</translation>
    </message>
    <message>
        <source>paused</source>
        <translation>angehalten</translation>
    </message>
    <message>
        <source>the baseline is queued</source>
        <translation>der Basislauf ist eingereiht</translation>
    </message>
    <message>
        <source>step %1 / %2</source>
        <translation>Schritt %1 / %2</translation>
    </message>
    <message>
        <source>step %1</source>
        <translation>Schritt %1</translation>
    </message>
    <message>
        <source>The fullest instant of the device, over all ticks. A tick is a training step or a probe of Predict.</source>
        <translation>Der vollste Augenblick des Geräts, über alle Ticks. Ein Tick ist ein Trainingsschritt oder eine Probe von Predict.</translation>
    </message>
    <message>
        <source>Against the same training in FP32 everywhere: measured once there is such a run, estimated from shapes before.</source>
        <translation>Gegen dasselbe Training überall in FP32: gemessen, sobald es einen solchen Lauf gibt, vorher aus Formen geschätzt.</translation>
    </message>
    <message>
        <source>Evaluation loss against the FP32 run at the same trained tokens, in percent; positive is worse.</source>
        <translation>Prüfverlust gegen den FP32-Lauf bei gleich vielen trainierten Token, in Prozent; positiv ist schlechter.</translation>
    </message>
    <message>
        <source>While it trains: by the mean of the last steps. Of an ended run: by the median step, as in its report.</source>
        <translation>Während des Trainings: nach dem Mittel der letzten Schritte. Von einem beendeten Lauf: nach dem Medianschritt, wie in seinem Bericht.</translation>
    </message>
    <message>
        <source>Warmup, then Full, Predict and Correct in turn; the table on the left says in which format each computes.</source>
        <translation>Warmup, dann abwechselnd Full, Predict und Correct; die Tabelle links sagt, in welchem Format jede rechnet.</translation>
    </message>
    <message>
        <source>simulated card · </source>
        <translation>simulierte Karte · </translation>
    </message>
    <message>
        <source> · %1 of what the products allow</source>
        <translation> · %1 dessen, was die Produkte erlauben</translation>
    </message>
    <message>
        <source>PEAK</source>
        <translation>SPITZE</translation>
    </message>
    <message>
        <source>VS FP32</source>
        <translation>ZU FP32</translation>
    </message>
    <message>
        <source>QUALITY</source>
        <translation>QUALITÄT</translation>
    </message>
    <message>
        <source>SPEED</source>
        <translation>TEMPO</translation>
    </message>
    <message>
        <source>reserved %1</source>
        <translation>reserviert %1</translation>
    </message>
    <message>
        <source>, over the budget of %1</source>
        <translation>, über dem Budget von %1</translation>
    </message>
    <message>
        <source>, within the budget of %1</source>
        <translation>, innerhalb des Budgets von %1</translation>
    </message>
    <message>
        <source>above the limit of %1 · n = 1, no interval</source>
        <translation>über der Grenze von %1 · n = 1, kein Intervall</translation>
    </message>
    <message>
        <source>TOKENS</source>
        <translation>TOKEN</translation>
    </message>
    <message>
        <source>IMAGES</source>
        <translation>BILDER</translation>
    </message>
    <message>
        <source>stopping</source>
        <translation>hält an</translation>
    </message>
    <message>
        <source>evaluating, then saving…</source>
        <translation>prüft, sichert dann…</translation>
    </message>
    <message>
        <source>saving…</source>
        <translation>sichert…</translation>
    </message>
</context>
<context>
    <name>mantissa::ui::FitDialog</name>
    <message>
        <source>Measure the time of a step</source>
        <translation>Zeit eines Schritts messen</translation>
    </message>
    <message>
        <source>Take over</source>
        <translation>Übernehmen</translation>
    </message>
    <message>
        <source>Fit into %1</source>
        <translation>Einpassen in %1</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>✓ estimated peak %1: fits</source>
        <translation>✓ geschätzte Spitze %1: passt</translation>
    </message>
    <message>
        <source>! estimated peak %1: does not fit</source>
        <translation>! geschätzte Spitze %1: passt nicht</translation>
    </message>
    <message>
        <source>; the result keeps every bit</source>
        <translation>; das Ergebnis behält jedes Bit</translation>
    </message>
    <message>
        <source>The time of a step is not measured: mantissa-cli is not beside this program.</source>
        <translation>Die Zeit eines Schritts wird nicht gemessen: mantissa-cli liegt nicht neben diesem Programm.</translation>
    </message>
    <message>
        <source>; a step takes %1 × as long, measured here</source>
        <translation>; ein Schritt dauert %1 × so lang, hier gemessen</translation>
    </message>
    <message>
        <source>Each saving makes the peak smaller and a step slower, the cheapest first. Exact ones leave every bit of the result as it is; those that the budget needs are ticked. Peaks are estimates from shapes; what a step costs is measured here when you ask for it, in the background.</source>
        <translation>Jede Einsparung macht die Spitze kleiner und einen Schritt langsamer, die billigste zuerst. Exakte lassen jedes Bit des Ergebnisses, wie es ist; angehakt sind die, die das Budget braucht. Spitzen sind aus den Formen geschätzt; was ein Schritt kostet, wird hier auf Wunsch im Hintergrund gemessen.</translation>
    </message>
    <message>
        <source>Savings</source>
        <translation>Einsparungen</translation>
    </message>
    <message>
        <source>; a ticked saving changes the arithmetic, measure its quality</source>
        <translation>; eine angehakte Einsparung ändert die Rechnung, bitte ihre Qualität messen</translation>
    </message>
    <message>
        <source>The time of a step is not measured: on a simulated card seconds are not real.</source>
        <translation>Die Zeit eines Schritts wird nicht gemessen: auf einer simulierten Karte sind Sekunden nicht echt.</translation>
    </message>
</context>
<context>
    <name>mantissa::ui::FitModel</name>
    <message>
        <source>too large here</source>
        <translation>hier zu groß</translation>
    </message>
    <message>
        <source>nothing</source>
        <translation>nichts</translation>
    </message>
    <message>
        <source>the same bits</source>
        <translation>dieselben Bits</translation>
    </message>
    <message>
        <source>! other arithmetic</source>
        <translation>! andere Rechnung</translation>
    </message>
    <message>
        <source>Saves</source>
        <translation>Spart</translation>
    </message>
    <message>
        <source>Peak with it</source>
        <translation>Spitze damit</translation>
    </message>
    <message>
        <source>Result</source>
        <translation>Ergebnis</translation>
    </message>
    <message>
        <source>%1 ×</source>
        <translation>%1 ×</translation>
    </message>
    <message>
        <source>not measured</source>
        <translation>nicht gemessen</translation>
    </message>
    <message>
        <source>measuring…</source>
        <translation>wird gemessen …</translation>
    </message>
    <message>
        <source>waiting</source>
        <translation>wartet</translation>
    </message>
    <message>
        <source>A few real steps are run for it, in a process of its own.</source>
        <translation>Dafür laufen einige echte Schritte, in einem eigenen Prozess.</translation>
    </message>
    <message>
        <source>%1 a step here, against %2 as configured; the fastest of a few</source>
        <translation>%1 je Schritt hier, gegen %2 wie eingestellt; der schnellste von einigen</translation>
    </message>
    <message>
        <source>%1 a step here; the set-up as configured could not be measured</source>
        <translation>%1 je Schritt hier; die Einrichtung ohne Einsparungen ließ sich nicht messen</translation>
    </message>
    <message>
        <source>Step with it</source>
        <translation>Schritt damit</translation>
    </message>
    <message>
        <source>Saving</source>
        <translation>Einsparung</translation>
    </message>
</context>
<context>
    <name>mantissa::ui::GuideDialog</name>
    <message>
        <source>Guide</source>
        <translation>Anleitung</translation>
    </message>
    <message>
        <source>Headings</source>
        <translation>Überschriften</translation>
    </message>
    <message>
        <source>Search the guide</source>
        <translation>Im Leitfaden suchen</translation>
    </message>
    <message>
        <source>Search  (Ctrl+F)</source>
        <translation>Suchen  (Strg+F)</translation>
    </message>
    <message>
        <source>not found</source>
        <translation>nicht gefunden</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 von %2</translation>
    </message>
</context>
<context>
    <name>mantissa::ui::LibTorchOffer</name>
    <message>
        <source>To train, LibTorch %1 is needed, and none was found here. PyTorch&apos;s can be downloaded, or taken from a folder.</source>
        <translation>Zum Trainieren wird LibTorch %1 gebraucht, und hier wurde keines gefunden. Das von PyTorch kann geladen oder aus einem Ordner genommen werden.</translation>
    </message>
    <message>
        <source>Download…</source>
        <translation>Laden…</translation>
    </message>
    <message>
        <source>Choose a folder…</source>
        <translation>Ordner wählen…</translation>
    </message>
    <message>
        <source>Later</source>
        <translation>Später</translation>
    </message>
    <message>
        <source>Asking how large it is…</source>
        <translation>Die Größe wird erfragt…</translation>
    </message>
    <message>
        <source>Download</source>
        <translation>Laden</translation>
    </message>
    <message>
        <source>LibTorch is here; runs can start.</source>
        <translation>LibTorch ist da; Läufe können beginnen.</translation>
    </message>
    <message>
        <source>Folder of a torch or LibTorch</source>
        <translation>Ordner eines torch oder LibTorch</translation>
    </message>
    <message>
        <source>%1: %2 % downloaded</source>
        <translation>%1: %2 % geladen</translation>
    </message>
    <message>
        <source>%1 cannot be started: %2</source>
        <translation>%1 kann nicht gestartet werden: %2</translation>
    </message>
</context>
<context>
    <name>mantissa::ui::ListsCard</name>
    <message>
        <source>Events</source>
        <translation>Ereignisse</translation>
    </message>
    <message>
        <source>Values in view</source>
        <translation>Werte der Ansicht</translation>
    </message>
    <message>
        <source>What the plots show now, as numbers</source>
        <translation>Was die Diagramme jetzt zeigen, als Zahlen</translation>
    </message>
    <message>
        <source>Advice…</source>
        <translation>Rat …</translation>
    </message>
    <message>
        <source>What this run&apos;s own measurements say to overflow, savings, quality and rounding, and what to change</source>
        <translation>Was die Messungen dieses Laufs zu Überlauf, Ersparnis, Qualität und Rundung sagen und was zu ändern ist</translation>
    </message>
    <message>
        <source>What if…</source>
        <translation>Was wäre wenn…</translation>
    </message>
    <message>
        <source>What this run would have needed with other choices</source>
        <translation>Was dieser Lauf mit anderen Einstellungen gebraucht hätte</translation>
    </message>
    <message>
        <source>Continue…</source>
        <translation>Fortsetzen…</translation>
    </message>
    <message>
        <source>Trains this run further, with more steps or another learning rate if wished, or forks a new run from one of its checkpoints</source>
        <translation>Trainiert diesen Lauf weiter, auf Wunsch mit mehr Schritten oder einer anderen Lernrate, oder zweigt von einem seiner Checkpoints einen neuen ab</translation>
    </message>
</context>
<context>
    <name>mantissa::ui::LossCard</name>
    <message>
        <source>Measure quality</source>
        <translation>Qualität messen</translation>
    </message>
    <message>
        <source>Loss</source>
        <translation>Verlust</translation>
    </message>
    <message>
        <source>raw only</source>
        <translation>nur roh</translation>
    </message>
    <message>
        <source>smoothed, %1 steps</source>
        <translation>geglättet, %1 Schritte</translation>
    </message>
    <message>
        <source>Smoothing of the loss</source>
        <translation>Glättung des Verlusts</translation>
    </message>
    <message>
        <source>A running mean over about so many steps; the raw line stays behind it</source>
        <translation>Ein laufendes Mittel über etwa so viele Schritte; die rohe Linie bleibt dahinter</translation>
    </message>
    <message>
        <source>log</source>
        <translation>log</translation>
    </message>
    <message>
        <source>Logarithmic loss axis</source>
        <translation>Logarithmische Verlustachse</translation>
    </message>
    <message>
        <source>Trains the FP32 baseline of this run next: same start, data and evaluation batches.</source>
        <translation>Trainiert als Nächstes die FP32-Baseline dieses Laufs: gleicher Anfang, gleiche Daten und Prüfbündel.</translation>
    </message>
    <message>
        <source>Baseline queued</source>
        <translation>Baseline eingereiht</translation>
    </message>
    <message>
        <source>training loss (line) and evaluation loss (dots) appear here</source>
        <translation>Trainingsverlust (Linie) und Prüfverlust (Punkte) erscheinen hier</translation>
    </message>
    <message>
        <source>the difference to an FP32 run with the same start and data appears here; press Measure quality</source>
        <translation>der Abstand zu einem FP32-Lauf mit gleichem Anfang und gleichen Daten erscheint hier; bitte Qualität messen drücken</translation>
    </message>
    <message>
        <source>dots: evaluations on the same batches; bars: 95 % over them</source>
        <translation>Punkte: Prüfungen mit denselben Bündeln; Balken: 95 % über sie</translation>
    </message>
    <message>
        <source>Loss, quality delta or what the tabs say, over the run</source>
        <translation>Verlust, Qualitätsabstand oder was die Reiter sagen, über den Lauf</translation>
    </message>
    <message>
        <source>Quality vs FP32</source>
        <translation>Qualität zu FP32</translation>
    </message>
    <message>
        <source>Evaluation</source>
        <translation>Prüfung</translation>
    </message>
    <message>
        <source>Gradient norm</source>
        <translation>Gradientennorm</translation>
    </message>
    <message>
        <source>Learning rate</source>
        <translation>Lernrate</translation>
    </message>
    <message>
        <source>Throughput</source>
        <translation>Durchsatz</translation>
    </message>
    <message>
        <source>What the plot shows</source>
        <translation>Was die Kurve zeigt</translation>
    </message>
    <message>
        <source>Gradient norm before clipping</source>
        <translation>Gradientennorm vor dem Kürzen</translation>
    </message>
    <message>
        <source>Tokens a second</source>
        <translation>Token je Sekunde</translation>
    </message>
    <message>
        <source>Images a second</source>
        <translation>Bilder je Sekunde</translation>
    </message>
    <message>
        <source>the loss on batches that are never trained on appears here</source>
        <translation>hier erscheint der Verlust auf Batches, mit denen nie trainiert wird</translation>
    </message>
    <message>
        <source>%1 appears here</source>
        <translation>Hier erscheint: %1</translation>
    </message>
    <message>
        <source>on batches that are never trained on</source>
        <translation>auf Batches, mit denen nie trainiert wird</translation>
    </message>
</context>
<context>
    <name>mantissa::ui::MainWindow</name>
    <message>
        <source>%1 is a set-up, and the set-up is fixed while a run trains; open it when the run has ended</source>
        <translation>%1 ist eine Einrichtung, und während ein Lauf trainiert, steht die Einrichtung fest; öffnen Sie sie, wenn er beendet ist</translation>
    </message>
    <message>
        <source>Start all the same</source>
        <translation>Trotzdem starten</translation>
    </message>
    <message>
        <source>Mantissa</source>
        <translation>Mantissa</translation>
    </message>
    <message>
        <source>Train</source>
        <translation>Training</translation>
    </message>
    <message>
        <source>Compare</source>
        <translation>Vergleich</translation>
    </message>
    <message>
        <source>Report</source>
        <translation>Bericht</translation>
    </message>
    <message>
        <source>Runs</source>
        <translation>Läufe</translation>
    </message>
    <message>
        <source>Presets</source>
        <translation>Voreinstellungen</translation>
    </message>
    <message>
        <source>queued; the Runs page shows what comes next</source>
        <translation>eingereiht; die Seite Läufe zeigt, was als Nächstes kommt</translation>
    </message>
    <message>
        <source>Open a run folder</source>
        <translation>Ordner eines Laufs öffnen</translation>
    </message>
    <message>
        <source>%1 – Mantissa</source>
        <translation>%1 – Mantissa</translation>
    </message>
    <message>
        <source>the window uses %1 % of one core, at up to %2 frames a second</source>
        <translation>das Fenster braucht %1 % eines Kerns bei höchstens %2 Bildern je Sekunde</translation>
    </message>
    <message>
        <source>following a run of another process</source>
        <translation>folgt dem Lauf eines anderen Prozesses</translation>
    </message>
    <message>
        <source>following a run that cannot be controlled from here</source>
        <translation>folgt einem Lauf, der von hier aus nicht zu steuern ist</translation>
    </message>
    <message>
        <source>This is a finished example, recorded by this program: look around. Start trains the set-up on the left; a short run takes a minute.</source>
        <translation>Das ist ein fertiges Beispiel, aufgezeichnet von diesem Programm: bitte umsehen. Starten trainiert die Einrichtung links; ein kurzer Lauf dauert eine Minute.</translation>
    </message>
    <message>
        <source>stopping: a checkpoint is being written</source>
        <translation>hält an: eine Sicherung wird geschrieben</translation>
    </message>
    <message>
        <source>%1 is training. What shall become of it when the window closes?</source>
        <translation>%1 trainiert. Was soll daraus werden, wenn sich das Fenster schließt?</translation>
    </message>
    <message>
        <source>Stop and save</source>
        <translation>Anhalten und sichern</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Keep training without the window</source>
        <translation>Ohne das Fenster weitertrainieren</translation>
    </message>
    <message>
        <source>mantissa-cli could not be started, so the run was saved and stopped; Continue goes on with it here</source>
        <translation>mantissa-cli ließ sich nicht starten, darum wurde der Lauf gesichert und angehalten; Fortsetzen führt ihn hier weiter</translation>
    </message>
    <message>
        <source>; %1 steps since the last checkpoint are trained again</source>
        <translation>; %1 Schritte seit der letzten Sicherung werden noch einmal trainiert</translation>
    </message>
    <message>
        <source>%1 was interrupted at step %2 of %3%4</source>
        <translation>%1 wurde bei Schritt %2 von %3 unterbrochen%4</translation>
    </message>
    <message>
        <source>Continue</source>
        <translation>Fortsetzen</translation>
    </message>
    <message>
        <source>Not now</source>
        <translation>Jetzt nicht</translation>
    </message>
    <message>
        <source>%1: %2 after %3 steps, loss %4, peak %5</source>
        <translation>%1: %2 nach %3 Schritten, Verlust %4, Spitze %5</translation>
    </message>
    <message>
        <source>Numbers</source>
        <translation>Zahlen</translation>
    </message>
    <message>
        <source>Experiment</source>
        <translation>Experiment</translation>
    </message>
    <message>
        <source>this run was trained on %1</source>
        <translation>dieser Lauf wurde auf %1 trainiert</translation>
    </message>
    <message>
        <source>%1 is training, and its table would change with the next step. Use the preset in it?</source>
        <translation>%1 trainiert, und seine Tabelle würde sich mit dem nächsten Schritt ändern. Die Voreinstellung dort verwenden?</translation>
    </message>
    <message>
        <source>Change the run</source>
        <translation>Lauf ändern</translation>
    </message>
    <message>
        <source>runs are kept in %1 from now on</source>
        <translation>Läufe liegen von jetzt an in %1</translation>
    </message>
    <message>
        <source>Start waits for the set-up. %1</source>
        <translation>Start wartet auf die Einrichtung. %1</translation>
    </message>
    <message>
        <source>stopping: evaluating, then saving…; Stop again leaves the evaluation out</source>
        <translation>hält an: prüft, sichert dann…; noch einmal Anhalten lässt die Prüfung weg</translation>
    </message>
    <message>
        <source>stopping: saving…</source>
        <translation>hält an: sichert…</translation>
    </message>
    <message>
        <source>a copy of the checkpoint is being made; then it trains</source>
        <translation>der Checkpoint wird kopiert; dann wird trainiert</translation>
    </message>
    <message>
        <source>Continue…</source>
        <translation>Fortsetzen…</translation>
    </message>
    <message>
        <source>Show it</source>
        <translation>Zeigen</translation>
    </message>
    <message>
        <source>Other folder…</source>
        <translation>Anderer Ordner…</translation>
    </message>
</context>
<context>
    <name>mantissa::ui::ModelField</name>
    <message>
        <source>%1 parameters</source>
        <translation>%1 Parameter</translation>
    </message>
    <message>
        <source>context up to %1</source>
        <translation>Kontext bis %1</translation>
    </message>
    <message>
        <source>tied head</source>
        <translation>Kopf teilt die Einbettung</translation>
    </message>
    <message>
        <source>saved as %1</source>
        <translation>gespeichert als %1</translation>
    </message>
    <message>
        <source>licence %1</source>
        <translation>Lizenz %1</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>Modell</translation>
    </message>
    <message>
        <source>A new model of the sizes below</source>
        <translation>Ein neues Modell mit den Größen unten</translation>
    </message>
    <message>
        <source>Hugging Face folder…</source>
        <translation>Hugging-Face-Ordner …</translation>
    </message>
    <message>
        <source>from a config.json</source>
        <translation>aus einer config.json</translation>
    </message>
    <message>
        <source>%1 · %2 parameters, from random weights</source>
        <translation>%1 · %2 Parameter, mit zufälligen Gewichten</translation>
    </message>
</context>
<context>
    <name>mantissa::ui::NewExperimentBar</name>
    <message>
        <source>The set-up of the Train page, trained in FP32 and with</source>
        <translation>Die Einrichtung der Seite Training, trainiert in FP32 und mit</translation>
    </message>
    <message>
        <source>the plan in Train</source>
        <translation>dem Plan im Training</translation>
    </message>
    <message>
        <source>Formats, tiers and memory as they stand on the Train page now</source>
        <translation>Formate, Stufen und Speicher, wie sie jetzt auf der Seite Training stehen</translation>
    </message>
    <message>
        <source>seeds</source>
        <translation>Seeds</translation>
    </message>
    <message>
        <source>Plan it</source>
        <translation>Planen</translation>
    </message>
</context>
<context>
    <name>mantissa::ui::NumberField</name>
    <message>
        <source>%1 to %2</source>
        <translation>%1 bis %2</translation>
    </message>
    <message>
        <source>a number, %1</source>
        <translation>eine Zahl, %1</translation>
    </message>
    <message>
        <source>a whole number, %1</source>
        <translation>eine ganze Zahl, %1</translation>
    </message>
</context>
<context>
    <name>mantissa::ui::NumberMatrixCard</name>
    <message>
        <source>Statistic</source>
        <translation>Kennzahl</translation>
    </message>
    <message>
        <source>Format it is asked for</source>
        <translation>Format, für das gefragt wird</translation>
    </message>
    <message>
        <source>as %1</source>
        <translation>als %1</translation>
    </message>
    <message>
        <source>By layer and phase</source>
        <translation>Nach Schicht und Phase</translation>
    </message>
    <message>
        <source>What a 16-bit format does to them, by layer and phase</source>
        <translation>Was ein 16-Bit-Format mit ihnen macht, nach Schicht und Phase</translation>
    </message>
</context>
<context>
    <name>mantissa::ui::NumberMatrixModel</name>
    <message>
        <source>%1 in %2, measured at tick %3</source>
        <translation>%1 in %2, gemessen bei Tick %3</translation>
    </message>
    <message>
        <source>Group</source>
        <translation>Gruppe</translation>
    </message>
</context>
<context>
    <name>mantissa::ui::NumbersPage</name>
    <message>
        <source>Measurement shown</source>
        <translation>Gezeigte Messung</translation>
    </message>
    <message>
        <source>Which measurement is shown, from the first to the newest; at the right end it follows</source>
        <translation>Welche Messung gezeigt wird, von der ersten bis zur neuesten; am rechten Ende folgt sie</translation>
    </message>
    <message>
        <source>Look at every element</source>
        <translation>Jedes Element ansehen</translation>
    </message>
    <message>
        <source>The next step of the run looks at every element instead of one in 64; it takes longer once</source>
        <translation>Der nächste Schritt des Laufs sieht jedes Element an statt eines von 64; er dauert einmal länger</translation>
    </message>
    <message>
        <source>Tensors as they are held</source>
        <translation>Tensoren, wie sie gehalten werden</translation>
    </message>
    <message>
        <source>What is in memory</source>
        <translation>Was im Speicher liegt</translation>
    </message>
    <message>
        <source>Chart</source>
        <translation>Bild</translation>
    </message>
    <message>
        <source>Table</source>
        <translation>Tabelle</translation>
    </message>
    <message>
        <source>How large the numbers are</source>
        <translation>Wie groß die Zahlen sind</translation>
    </message>
    <message>
        <source>Measured at tick %1%2 · %3 · took %4</source>
        <translation>Gemessen bei Tick %1%2 · %3 · dauerte %4</translation>
    </message>
    <message>
        <source> in %1, %2</source>
        <translation> in %1, %2</translation>
    </message>
    <message>
        <source>every element</source>
        <translation>jedes Element</translation>
    </message>
    <message>
        <source>one element in 64</source>
        <translation>ein Element von 64</translation>
    </message>
    <message>
        <source>Numbers are measured every %1 steps of a run; this one has none yet.</source>
        <translation>Zahlen werden alle %1 Schritte eines Laufs gemessen; dieser hat noch keine.</translation>
    </message>
    <message>
        <source>This run measures its numbers only when asked (training.numbers_interval is 0).</source>
        <translation>Dieser Lauf misst seine Zahlen nur auf Anfrage (training.numbers_interval ist 0).</translation>
    </message>
    <message>
        <source>format and tier of each tensor appear here</source>
        <translation>Format und Stufe jedes Tensors erscheinen hier</translation>
    </message>
    <message>
        <source>✓ everything is held as the table says</source>
        <translation>✓ alles liegt, wie die Tabelle sagt</translation>
    </message>
    <message>
        <source>≠ %1 parts are not as the table says: red</source>
        <translation>≠ %1 Teile liegen nicht, wie die Tabelle sagt: rot</translation>
    </message>
    <message>
        <source>Sizes of %1</source>
        <translation>Größen von %1</translation>
    </message>
    <message>
        <source>%1: %2 of %3 elements, by power of two</source>
        <translation>%1: %2 von %3 Elementen, nach Zweierpotenz</translation>
    </message>
</context>
<context>
    <name>mantissa::ui::NumbersTreeModel</name>
    <message>
        <source>weights</source>
        <translation>Gewichte</translation>
    </message>
    <message>
        <source>low halves</source>
        <translation>niedrige Hälften</translation>
    </message>
    <message>
        <source>moments</source>
        <translation>Momente</translation>
    </message>
    <message>
        <source>%1 in %2, since tick %3: %4</source>
        <translation>%1 in %2, seit Tick %3: %4</translation>
    </message>
    <message>
        <source>%1 parts below are not as the table says</source>
        <translation>%1 Teile darunter liegen nicht, wie die Tabelle sagt</translation>
    </message>
    <message>
        <source>all parts below are as the table says</source>
        <translation>alle Teile darunter liegen, wie die Tabelle sagt</translation>
    </message>
    <message>
        <source>held: %1, %2
the table says: %3
measured in %4</source>
        <translation>gehalten: %1, %2
die Tabelle sagt: %3
gemessen in %4</translation>
    </message>
    <message>
        <source>≠ not as the table says</source>
        <translation>≠ nicht, wie die Tabelle sagt</translation>
    </message>
    <message>
        <source>none</source>
        <translation>keine</translation>
    </message>
    <message>
        <source>%1 differ</source>
        <translation>%1 weichen ab</translation>
    </message>
    <message>
        <source>✓ as it says</source>
        <translation>✓ wie sie sagt</translation>
    </message>
    <message>
        <source>Tensors</source>
        <translation>Tensoren</translation>
    </message>
    <message>
        <source>Held as</source>
        <translation>Gehalten als</translation>
    </message>
    <message>
        <source>Tier</source>
        <translation>Stufe</translation>
    </message>
    <message>
        <source>Bytes</source>
        <translation>Bytes</translation>
    </message>
    <message>
        <source>The table says</source>
        <translation>Die Tabelle sagt</translation>
    </message>
</context>
<context>
    <name>mantissa::ui::PaperView</name>
    <message>
        <source>Report preview</source>
        <translation>Vorschau des Berichts</translation>
    </message>
</context>
<context>
    <name>mantissa::ui::PhaseLegend</name>
    <message>
        <source>Colours of phases and formats</source>
        <translation>Farben der Phasen und Formate</translation>
    </message>
</context>
<context>
    <name>mantissa::ui::PlanTable</name>
    <message>
        <source>Copy</source>
        <translation>Kopieren</translation>
    </message>
    <message>
        <source>Paste</source>
        <translation>Einfügen</translation>
    </message>
    <message>
        <source>Fill down</source>
        <translation>Nach unten füllen</translation>
    </message>
    <message>
        <source>paste</source>
        <translation>Einfügen</translation>
    </message>
    <message>
        <source>fill down</source>
        <translation>nach unten füllen</translation>
    </message>
    <message>
        <source>choose %1</source>
        <translation>%1 wählen</translation>
    </message>
    <message>
        <source>there is no cell above to fill from; select more than one, the first is taken</source>
        <translation>darüber ist keine Zelle, aus der gefüllt werden kann; wähle mehrere, die erste gilt</translation>
    </message>
</context>
<context>
    <name>mantissa::ui::PrecisionTableModel</name>
    <message>
        <source>Format of the weights as matrix products read them, and of activations.
The exact FP32 value of every weight is kept.</source>
        <translation>Format der Gewichte, wie Matrixprodukte sie lesen, und der Aktivierungen.
Der genaue FP32-Wert jedes Gewichts bleibt erhalten.</translation>
    </message>
    <message>
        <source>Format gradients accumulate in; sums over micro-batches are FP32 in either case.</source>
        <translation>Format, in dem sich Gradienten sammeln; Summen über Teilbündel sind immer FP32.</translation>
    </message>
    <message>
        <source>What backward keeps of the forward pass; what is recomputed costs time and changes no bit.</source>
        <translation>Was der Rückweg vom Hinweg behält; neu Berechnetes kostet Zeit und ändert kein Bit.</translation>
    </message>
    <message>
        <source>Where the weights rest between uses; off Device the execution has to be layerwise, as in the preset Smallest.</source>
        <translation>Wo die Gewichte zwischen den Nutzungen liegen; außerhalb von Device muss schichtweise gerechnet werden, wie in der Voreinstellung Smallest.</translation>
    </message>
    <message>
        <source>Where the exact low half of 16-bit weights rests; without effect under FP32.</source>
        <translation>Wo die genaue untere Hälfte von 16-Bit-Gewichten liegt; unter FP32 ohne Wirkung.</translation>
    </message>
    <message>
        <source>Where the optimizer&apos;s moments rest in this phase.</source>
        <translation>Wo die Momente des Optimierers in dieser Phase liegen.</translation>
    </message>
    <message>
        <source>Chosen: %1.</source>
        <translation>Gewählt: %1.</translation>
    </message>
    <message>
        <source> Pending until the next tick.</source>
        <translation> Steht bis zum nächsten Tick aus.</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1: %2</translation>
    </message>
    <message>
        <source>the cells do not fit here: the table has %1 rows and %2 columns</source>
        <translation>die Zellen passen hier nicht: die Tabelle hat %1 Zeilen und %2 Spalten</translation>
    </message>
    <message>
        <source>&apos;%1&apos; is no choice for %2 in %3; expected %4</source>
        <translation>&apos;%1&apos; ist keine Wahl für %2 in %3; erwartet: %4</translation>
    </message>
    <message>
        <source>Compute</source>
        <translation>Rechnen</translation>
    </message>
    <message>
        <source>Weights</source>
        <translation>Gewichte</translation>
    </message>
    <message>
        <source>Moments</source>
        <translation>Momente</translation>
    </message>
    <message>
        <source>Chosen: auto, marked A.</source>
        <translation>Gewählt: auto, mit A bezeichnet.</translation>
    </message>
    <message>
        <source> This processor emulates it, marked E.</source>
        <translation> Dieser Prozessor emuliert es, markiert mit E.</translation>
    </message>
    <message>
        <source>The first steps of the run, once, while the learning rate rises.</source>
        <translation>Die ersten Schritte des Laufs, einmal, während die Lernrate steigt.</translation>
    </message>
    <message>
        <source>Blocks of ordinary training steps; between them come Predict and Correct.</source>
        <translation>Blöcke gewöhnlicher Trainingsschritte; dazwischen liegen Predict und Correct.</translation>
    </message>
    <message>
        <source>Forward passes only: looks for an average of the last weights that has a lower loss. Training goes on from the exact weights.</source>
        <translation>Nur vorwärts: sucht ein Mittel der letzten Gewichte mit kleinerem Verlust. Das Training geht von den exakten Gewichten weiter.</translation>
    </message>
    <message>
        <source>A few training steps after Predict, before the next Full block.</source>
        <translation>Einige Trainingsschritte nach Predict, vor dem nächsten Full-Block.</translation>
    </message>
    <message>
        <source>Gradients</source>
        <translation>Gradienten</translation>
    </message>
    <message>
        <source>Activations</source>
        <translation>Aktivierung</translation>
    </message>
    <message>
        <source>Remainder</source>
        <translation>Rest</translation>
    </message>
</context>
<context>
    <name>mantissa::ui::PresetDifferenceModel</name>
    <message>
        <source>Key</source>
        <translation>Schlüssel</translation>
    </message>
</context>
<context>
    <name>mantissa::ui::PresetListModel</name>
    <message>
        <source>%1 has the name of a shipped preset; rename the file</source>
        <translation>%1 heißt wie eine mitgelieferte Voreinstellung; bitte die Datei umbenennen</translation>
    </message>
    <message>
        <source>&apos;%1&apos; cannot name a preset; use letters, digits and hyphens</source>
        <translation>&apos;%1&apos; taugt nicht als Name; erlaubt sind Buchstaben, Ziffern und Bindestriche</translation>
    </message>
    <message>
        <source>&apos;%1&apos; is a shipped preset; choose another name</source>
        <translation>&apos;%1&apos; ist eine mitgelieferte Voreinstellung; bitte einen anderen Namen wählen</translation>
    </message>
    <message>
        <source>%1 is no preset; expected a .json file</source>
        <translation>%1 ist keine Voreinstellung; erwartet wird eine .json-Datei</translation>
    </message>
    <message>
        <source>&apos;%1&apos; is a shipped preset and stays</source>
        <translation>&apos;%1&apos; ist eine mitgelieferte Voreinstellung und bleibt</translation>
    </message>
    <message>
        <source>no trash takes %1; delete the file yourself</source>
        <translation>kein Papierkorb nimmt %1; bitte die Datei selbst löschen</translation>
    </message>
    <message>
        <source>shipped</source>
        <translation>mitgeliefert</translation>
    </message>
    <message>
        <source>own</source>
        <translation>eigene</translation>
    </message>
</context>
<context>
    <name>mantissa::ui::PresetsPage</name>
    <message>
        <source>Name for the plan in Train</source>
        <translation>Name für den Plan im Training</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>Sichern</translation>
    </message>
    <message>
        <source>Import…</source>
        <translation>Einlesen …</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>Ausgeben …</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Löschen</translation>
    </message>
    <message>
        <source>A preset file dropped here is imported.</source>
        <translation>Eine hierher gezogene Datei wird eingelesen.</translation>
    </message>
    <message>
        <source>Use in Train</source>
        <translation>Im Training verwenden</translation>
    </message>
    <message>
        <source>Return in the list</source>
        <translation>Eingabetaste in der Liste</translation>
    </message>
    <message>
        <source>Differences to</source>
        <translation>Unterschiede zu</translation>
    </message>
    <message>
        <source>No difference: every key has the same value.</source>
        <translation>Kein Unterschied: jeder Schlüssel hat denselben Wert.</translation>
    </message>
    <message>
        <source>the plan in Train</source>
        <translation>dem Plan im Training</translation>
    </message>
    <message>
        <source>%1, saved here</source>
        <translation>%1, hier gesichert</translation>
    </message>
    <message>
        <source>shipped presets stay</source>
        <translation>mitgelieferte Voreinstellungen bleiben</translation>
    </message>
    <message>
        <source>give the plan a name to save it under</source>
        <translation>bitte dem Plan einen Namen geben</translation>
    </message>
    <message>
        <source>Replace your preset &apos;%1&apos;?</source>
        <translation>Die eigene Voreinstellung &apos;%1&apos; ersetzen?</translation>
    </message>
    <message>
        <source>Replace</source>
        <translation>Ersetzen</translation>
    </message>
    <message>
        <source>written: %1</source>
        <translation>geschrieben: %1</translation>
    </message>
    <message>
        <source>Import presets</source>
        <translation>Voreinstellungen einlesen</translation>
    </message>
    <message>
        <source>Presets (*.json)</source>
        <translation>Voreinstellungen (*.json)</translation>
    </message>
    <message>
        <source>Export preset</source>
        <translation>Voreinstellung ausgeben</translation>
    </message>
    <message>
        <source>Move your preset &apos;%1&apos; to the trash?</source>
        <translation>Die eigene Voreinstellung &apos;%1&apos; in den Papierkorb legen?</translation>
    </message>
    <message>
        <source>Move to trash</source>
        <translation>In den Papierkorb</translation>
    </message>
    <message>
        <source>Presets</source>
        <translation>Voreinstellungen</translation>
    </message>
    <message>
        <source>Name of the preset</source>
        <translation>Name der Voreinstellung</translation>
    </message>
    <message>
        <source>Differences</source>
        <translation>Unterschiede</translation>
    </message>
</context>
<context>
    <name>mantissa::ui::QueueCard</name>
    <message>
        <source>Go on with the queue</source>
        <translation>Warteschlange fortsetzen</translation>
    </message>
    <message>
        <source>Up</source>
        <translation>Nach oben</translation>
    </message>
    <message>
        <source>Down</source>
        <translation>Nach unten</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Entfernen</translation>
    </message>
    <message>
        <source>Queue</source>
        <translation>Warteschlange</translation>
    </message>
    <message>
        <source>Queue: %1 to train after this run</source>
        <translation>Warteschlange: %1 nach diesem Lauf</translation>
    </message>
    <message>
        <source>Queue: %1 waiting</source>
        <translation>Warteschlange: %1 warten</translation>
    </message>
    <message>
        <source>Queue: %1 to train after the run that trains</source>
        <translation>Warteschlange: %1 nach dem Lauf, der trainiert</translation>
    </message>
</context>
<context>
    <name>mantissa::ui::RemoteControl</name>
    <message>
        <source>The training has ended, or does not answer: nothing was changed</source>
        <translation>Das Training ist zu Ende oder antwortet nicht: es wurde nichts geändert</translation>
    </message>
</context>
<context>
    <name>mantissa::ui::ReportPage</name>
    <message>
        <source>Save as HTML</source>
        <translation>Als HTML sichern</translation>
    </message>
    <message>
        <source>Save as PDF</source>
        <translation>Als PDF sichern</translation>
    </message>
    <message>
        <source>Save numbers as CSV</source>
        <translation>Zahlen als CSV sichern</translation>
    </message>
    <message>
        <source>Copy as Markdown</source>
        <translation>Als Markdown kopieren</translation>
    </message>
    <message>
        <source>the run goes on: come back to this page for what is new</source>
        <translation>der Lauf geht weiter: Neues steht hier bei der nächsten Rückkehr</translation>
    </message>
    <message>
        <source>no run is open; open or start one, and its report stands here</source>
        <translation>es ist kein Lauf offen; nach dem Öffnen oder Starten steht hier sein Bericht</translation>
    </message>
    <message>
        <source>as it is printed; the HTML report has every row and follows light and dark</source>
        <translation>wie gedruckt; der HTML-Bericht hat jede Zeile und folgt hellen und dunklen Farben</translation>
    </message>
    <message>
        <source>Report</source>
        <translation>Bericht</translation>
    </message>
</context>
<context>
    <name>mantissa::ui::RunAlerts</name>
    <message>
        <source>%1: quality %2 against FP32, above the limit of %3</source>
        <translation>%1: Qualität %2 gegen FP32, über der Grenze von %3</translation>
    </message>
</context>
<context>
    <name>mantissa::ui::RunListModel</name>
    <message>
        <source>interrupted at step %1</source>
        <translation>unterbrochen bei Schritt %1</translation>
    </message>
    <message>
        <source>Run</source>
        <translation>Lauf</translation>
    </message>
    <message>
        <source>Tags</source>
        <translation>Schlagwörter</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>Notiz</translation>
    </message>
    <message>
        <source>State</source>
        <translation>Zustand</translation>
    </message>
    <message>
        <source>Preset</source>
        <translation>Voreinstellung</translation>
    </message>
    <message>
        <source>Steps</source>
        <translation>Schritte</translation>
    </message>
    <message>
        <source>Eval loss</source>
        <translation>Prüfverlust</translation>
    </message>
    <message>
        <source>Peak memory</source>
        <translation>Spitzenspeicher</translation>
    </message>
    <message>
        <source>Tokens/s</source>
        <translation>Tokens/s</translation>
    </message>
    <message>
        <source>%1, archived</source>
        <translation>%1, archiviert</translation>
    </message>
    <message>
        <source>simulated card</source>
        <translation>simulierte Karte</translation>
    </message>
    <message>
        <source>%1 of %2 runs ended</source>
        <translation>%1 von %2 Läufen zu Ende</translation>
    </message>
    <message>
        <source>fork at step %1 of %2</source>
        <translation>abgezweigt bei Schritt %1 von %2</translation>
    </message>
    <message>
        <source>continued at step %1</source>
        <translation>fortgesetzt bei Schritt %1</translation>
    </message>
    <message>
        <source>experiment</source>
        <translation>Experiment</translation>
    </message>
    <message>
        <source>baseline</source>
        <translation>Baseline</translation>
    </message>
    <message>
        <source>that run is not in this folder</source>
        <translation>dieser Lauf ist nicht in diesem Ordner</translation>
    </message>
    <message>
        <source>that run is %1 here</source>
        <translation>dieser Lauf ist hier %1</translation>
    </message>
    <message>
        <source>Evaluation loss at the end against the FP32 run of the same training, in percent; positive is worse</source>
        <translation>Prüfverlust am Ende gegen den FP32-Lauf desselben Trainings, in Prozent; positiv ist schlechter</translation>
    </message>
    <message>
        <source>Date</source>
        <translation>Datum</translation>
    </message>
    <message>
        <source>Quality delta</source>
        <translation>Qualitätsabstand</translation>
    </message>
    <message>
        <source>From</source>
        <translation>Von</translation>
    </message>
</context>
<context>
    <name>mantissa::ui::RunPicker</name>
    <message>
        <source>The runs to lay beside each other</source>
        <translation>Die Läufe, die nebeneinander liegen sollen</translation>
    </message>
    <message>
        <source>Runs to compare</source>
        <translation>Zu vergleichende Läufe</translation>
    </message>
    <message>
        <source>Runs: %1</source>
        <translation>Läufe: %1</translation>
    </message>
</context>
<context>
    <name>mantissa::ui::RunQueueModel</name>
    <message>
        <source>%1 · %2 · %3 steps · seed %4</source>
        <translation>%1 · %2 · %3 Schritte · Startwert %4</translation>
    </message>
    <message>
        <source>%1 · baseline of %2</source>
        <translation>%1 · Baseline von %2</translation>
    </message>
    <message>
        <source>%1 · of the experiment %2</source>
        <translation>%1 · des Experiments %2</translation>
    </message>
    <message>
        <source>%1 · goes on with %2</source>
        <translation>%1 · setzt %2 fort</translation>
    </message>
</context>
<context>
    <name>mantissa::ui::RunSession</name>
    <message>
        <source>%1 trains, and not the run that is shown; go back to it first</source>
        <translation>%1 wird trainiert, nicht der gezeigte Lauf; gehen Sie erst zu ihm zurück</translation>
    </message>
    <message>
        <source>a copy of a checkpoint is still being made; fork again once it trains</source>
        <translation>ein Checkpoint wird noch kopiert; bitte erneut abzweigen, sobald die Kopie trainiert</translation>
    </message>
</context>
<context>
    <name>mantissa::ui::RunTable</name>
    <message>
        <source>Runs</source>
        <translation>Läufe</translation>
    </message>
    <message>
        <source>A click sorts; the right button chooses the columns</source>
        <translation>Ein Klick sortiert; die rechte Taste wählt die Spalten</translation>
    </message>
</context>
<context>
    <name>mantissa::ui::RungPrices</name>
    <message>
        <source>%1 could not be started</source>
        <translation>%1 ließ sich nicht starten</translation>
    </message>
</context>
<context>
    <name>mantissa::ui::RunsPage</name>
    <message>
        <source>Search title, tags, note, model, preset, outcome  (Ctrl+F)</source>
        <translation>Titel, Schlagwörter, Notiz, Modell, Voreinstellung, Ausgang suchen  (Strg+F)</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>Öffnen</translation>
    </message>
    <message>
        <source>Return</source>
        <translation>Eingabetaste</translation>
    </message>
    <message>
        <source>Continue</source>
        <translation>Fortsetzen</translation>
    </message>
    <message>
        <source>Queue again</source>
        <translation>Noch einmal einreihen</translation>
    </message>
    <message>
        <source>Compare selected</source>
        <translation>Auswahl vergleichen</translation>
    </message>
    <message>
        <source>Rename</source>
        <translation>Umbenennen</translation>
    </message>
    <message>
        <source>Tags</source>
        <translation>Schlagwörter</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>Notiz</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Löschen</translation>
    </message>
    <message>
        <source>%1 of %2 runs in %3; Escape shows all</source>
        <translation>%1 von %2 Läufen in %3; Esc zeigt alle</translation>
    </message>
    <message>
        <source>1 run in %1</source>
        <translation>1 Lauf in %1</translation>
    </message>
    <message>
        <source>%1 runs in %2</source>
        <translation>%1 Läufe in %2</translation>
    </message>
    <message>
        <source>%1 is training; stop it before it is deleted</source>
        <translation>%1 trainiert; bitte vor dem Löschen anhalten</translation>
    </message>
    <message>
        <source>%1 runs</source>
        <translation>%1 Läufe</translation>
    </message>
    <message>
        <source>Move %1 with its checkpoints to the trash?</source>
        <translation>%1 mit seinen Sicherungen in den Papierkorb legen?</translation>
    </message>
    <message>
        <source>Move to trash</source>
        <translation>In den Papierkorb</translation>
    </message>
    <message>
        <source>no trash takes %1; delete the folder yourself</source>
        <translation>kein Papierkorb nimmt %1; bitte den Ordner selbst löschen</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>Suche</translation>
    </message>
    <message>
        <source>Archive</source>
        <translation>Archivieren</translation>
    </message>
    <message>
        <source>Bring back</source>
        <translation>Zurückholen</translation>
    </message>
    <message>
        <source>Show %1 archived</source>
        <translation>%1 archivierte zeigen</translation>
    </message>
    <message>
        <source>No runs yet</source>
        <translation>Noch keine Läufe</translation>
    </message>
    <message>
        <source>Start on the Train page makes one. Open run shows one from another folder.</source>
        <translation>Start auf der Seite Training macht einen. „Lauf öffnen“ zeigt einen aus einem anderen Ordner.</translation>
    </message>
    <message>
        <source>every run in %1 is archived</source>
        <translation>alle Läufe in %1 sind archiviert</translation>
    </message>
    <message>
        <source>no runs in %1</source>
        <translation>keine Läufe in %1</translation>
    </message>
    <message>
        <source>%1 is training; stop it before it is archived</source>
        <translation>%1 trainiert; vor dem Archivieren anhalten</translation>
    </message>
    <message>
        <source>State</source>
        <translation>Stand</translation>
    </message>
    <message>
        <source>Preset</source>
        <translation>Voreinstellung</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>Modell</translation>
    </message>
    <message>
        <source>Other folder…</source>
        <translation>Anderer Ordner…</translation>
    </message>
    <message>
        <source>Where runs are kept from now on, and listed from</source>
        <translation>Wo Läufe von jetzt an liegen und woher sie aufgelistet werden</translation>
    </message>
    <message>
        <source>A folder for runs</source>
        <translation>Ein Ordner für Läufe</translation>
    </message>
    <message>
        <source>any state</source>
        <translation>jeder Stand</translation>
    </message>
    <message>
        <source>any preset</source>
        <translation>jede Voreinstellung</translation>
    </message>
    <message>
        <source>any model</source>
        <translation>jedes Modell</translation>
    </message>
    <message>
        <source>%1 with its %2 runs</source>
        <translation>%1 mit seinen %2 Läufen</translation>
    </message>
    <message>
        <source>%1 waits in the queue; remove it there before it is deleted</source>
        <translation>%1 wartet in der Warteschlange; bitte vor dem Löschen dort entfernen</translation>
    </message>
</context>
<context>
    <name>mantissa::ui::SetupMenu</name>
    <message>
        <source>Open set-up…</source>
        <translation>Einrichtung öffnen …</translation>
    </message>
    <message>
        <source>Save set-up as…</source>
        <translation>Einrichtung speichern unter …</translation>
    </message>
    <message>
        <source>Open a set-up</source>
        <translation>Einrichtung öffnen</translation>
    </message>
    <message>
        <source>Set-ups and configs (*.json);;All files (*)</source>
        <translation>Einrichtungen (*.json);;Alle Dateien (*)</translation>
    </message>
    <message>
        <source>the set-up is not saved: %1</source>
        <translation>die Einrichtung ist nicht gespeichert: %1</translation>
    </message>
    <message>
        <source>Save the set-up</source>
        <translation>Einrichtung speichern</translation>
    </message>
    <message>
        <source>Set-ups (*%1)</source>
        <translation>Einrichtungen (*%1)</translation>
    </message>
    <message>
        <source>written: %1</source>
        <translation>geschrieben: %1</translation>
    </message>
</context>
<context>
    <name>mantissa::ui::SetupPanel</name>
    <message>
        <source>Estimated peak by phase (from shapes, not measured)</source>
        <translation>Geschätzte Spitze je Phase (aus Formen, nicht gemessen)</translation>
    </message>
    <message>
        <source>Checks</source>
        <translation>Prüfungen</translation>
    </message>
    <message>
        <source>Model and data</source>
        <translation>Modell und Daten</translation>
    </message>
    <message>
        <source>King James Bible · GPT</source>
        <translation>King-James-Bibel · GPT</translation>
    </message>
    <message>
        <source>Fashion-MNIST · convnet</source>
        <translation>Fashion-MNIST · Faltungsnetz</translation>
    </message>
    <message>
        <source>layers</source>
        <translation>Schichten</translation>
    </message>
    <message>
        <source>width</source>
        <translation>Breite</translation>
    </message>
    <message>
        <source>heads</source>
        <translation>Köpfe</translation>
    </message>
    <message>
        <source>context</source>
        <translation>Kontext</translation>
    </message>
    <message>
        <source>batch</source>
        <translation>Bündel</translation>
    </message>
    <message>
        <source>steps</source>
        <translation>Schritte</translation>
    </message>
    <message>
        <source>none; for example 8GiB</source>
        <translation>keines; zum Beispiel 8GiB</translation>
    </message>
    <message>
        <source>budget</source>
        <translation>Budget</translation>
    </message>
    <message>
        <source>device memory budget</source>
        <translation>Budget des Gerätespeichers</translation>
    </message>
    <message>
        <source>Precision plan</source>
        <translation>Genauigkeitsplan</translation>
    </message>
    <message>
        <source>set-up of %1</source>
        <translation>Einrichtung von %1</translation>
    </message>
    <message>
        <source>Custom: edited here</source>
        <translation>Eigen: hier bearbeitet</translation>
    </message>
    <message>
        <source>preset %1</source>
        <translation>Voreinstellung %1</translation>
    </message>
    <message>
        <source>data %1</source>
        <translation>Daten %1</translation>
    </message>
    <message>
        <source>Fit into %1…</source>
        <translation>In %1 einpassen …</translation>
    </message>
    <message>
        <source>Fit into…</source>
        <translation>Einpassen …</translation>
    </message>
    <message>
        <source>fit into %1</source>
        <translation>in %1 einpassen</translation>
    </message>
    <message>
        <source>Formats and tiers by phase</source>
        <translation>Formate und Ebenen je Phase</translation>
    </message>
    <message>
        <source>advice</source>
        <translation>Rat</translation>
    </message>
    <message>
        <source>Type the size of the card as the budget first, for example 8GiB</source>
        <translation>Zuerst die Größe der Karte als Budget eingeben, zum Beispiel 8GiB</translation>
    </message>
    <message>
        <source>The savings that make this set-up smaller, with what each saves</source>
        <translation>Die Einsparungen, die diese Einrichtung kleiner machen, und was jede spart</translation>
    </message>
    <message>
        <source>device</source>
        <translation>Gerät</translation>
    </message>
    <message>
        <source>Text or rows to learn from</source>
        <translation>Text oder Zeilen, aus denen gelernt wird</translation>
    </message>
    <message>
        <source>Text and rows (*.txt *.md *.jsonl *.json *.csv);;All files (*)</source>
        <translation>Text und Zeilen (*.txt *.md *.jsonl *.json *.csv);;Alle Dateien (*)</translation>
    </message>
    <message>
        <source>Folder of a model: config.json, safetensors, tokenizer</source>
        <translation>Ordner eines Modells: config.json, safetensors, Tokenizer</translation>
    </message>
    <message>
        <source>model %1</source>
        <translation>Modell %1</translation>
    </message>
    <message>
        <source>Text or rows…</source>
        <translation>Text oder Zeilen …</translation>
    </message>
    <message>
        <source>Preview…</source>
        <translation>Vorschau …</translation>
    </message>
    <message>
        <source>a new model</source>
        <translation>ein neues Modell</translation>
    </message>
    <message>
        <source>of batches of the longest row: %1 tokens</source>
        <translation>für Batches der längsten Zeile: %1 Tokens</translation>
    </message>
    <message>
        <source>ᴬ: chosen by auto</source>
        <translation>ᴬ: von auto gewählt</translation>
    </message>
    <message>
        <source>ᴱ: emulated, as this processor has no such numbers: less memory, more time</source>
        <translation>ᴱ: emuliert, da dieser Prozessor solche Zahlen nicht hat: weniger Speicher, mehr Zeit</translation>
    </message>
    <message>
        <source>a size, for example 8 GiB</source>
        <translation>eine Größe, zum Beispiel 8 GiB</translation>
    </message>
    <message>
        <source>Name of the run</source>
        <translation>Name des Laufs</translation>
    </message>
    <message>
        <source>name of the run</source>
        <translation>Name des Laufs</translation>
    </message>
    <message>
        <source>The run&apos;s folder is called by the time and this name</source>
        <translation>Der Ordner des Laufs heißt nach der Zeit und diesem Namen</translation>
    </message>
    <message>
        <source>name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>Predict looks ahead: forward passes alone, which change no weight. Correct trains a few steps after it, before the next Full block.</source>
        <translation>Predict schaut voraus: nur Vorwärtsläufe, die kein Gewicht ändern. Correct trainiert danach einige Schritte, vor dem nächsten Full-Block.</translation>
    </message>
    <message>
        <source>Set-up</source>
        <translation>Einrichtung</translation>
    </message>
    <message>
        <source>All that stands in this column, as a file</source>
        <translation>Alles, was in dieser Spalte steht, als Datei</translation>
    </message>
</context>
<context>
    <name>mantissa::ui::SetupRail</name>
    <message>
        <source>Set-up</source>
        <translation>Einrichtung</translation>
    </message>
    <message>
        <source>Shows the set-up of the next run, and folds it away</source>
        <translation>Zeigt die Einrichtung des nächsten Laufs und klappt sie weg</translation>
    </message>
</context>
<context>
    <name>mantissa::ui::TimeShareBar</name>
    <message>
        <source>Share of time by kind of work</source>
        <translation>Anteile der Zeit nach Art der Arbeit</translation>
    </message>
    <message>
        <source>forward</source>
        <translation>vorwärts</translation>
    </message>
    <message>
        <source>backward</source>
        <translation>rückwärts</translation>
    </message>
    <message>
        <source>update</source>
        <translation>Update</translation>
    </message>
    <message>
        <source>cast</source>
        <translation>Wandlung</translation>
    </message>
    <message>
        <source>move</source>
        <translation>Umzug</translation>
    </message>
    <message>
        <source>disk</source>
        <translation>Platte</translation>
    </message>
    <message>
        <source>data</source>
        <translation>Daten</translation>
    </message>
    <message>
        <source>evaluation</source>
        <translation>Prüfung</translation>
    </message>
    <message>
        <source>log</source>
        <translation>Protokoll</translation>
    </message>
    <message>
        <source>other</source>
        <translation>anderes</translation>
    </message>
    <message>
        <source>Where the time of %1 ticks went:</source>
        <translation>Wohin die Zeit von %1 Ticks ging:</translation>
    </message>
</context>
<context>
    <name>mantissa::ui::TimelineStrip</name>
    <message>
        <source>Phase timeline</source>
        <translation>Zeitleiste der Phasen</translation>
    </message>
    <message>
        <source>phase</source>
        <translation>Phase</translation>
    </message>
    <message>
        <source>format</source>
        <translation>Format</translation>
    </message>
    <message>
        <source>learning rate</source>
        <translation>Lernrate</translation>
    </message>
    <message>
        <source>loss scale</source>
        <translation>Verlustskala</translation>
    </message>
    <message>
        <source>marks</source>
        <translation>Marken</translation>
    </message>
    <message>
        <source>phases appear here once a run starts</source>
        <translation>Phasen erscheinen hier, sobald ein Lauf beginnt</translation>
    </message>
    <message>
        <source>none in a probe</source>
        <translation>keine in einer Probe</translation>
    </message>
    <message>
        <source>%1 in %2, ticks %3 to %4
%5
%6 tensors cast, %7 in %8, %9 mismatches</source>
        <translation>%1 in %2, Ticks %3 bis %4
%5
%6 Tensoren gewandelt, %7 in %8, %9 Abweichungen</translation>
    </message>
    <message>
        <source>learning rate %1, loss scale %2</source>
        <translation>Lernrate %1, Verlustskala %2</translation>
    </message>
</context>
<context>
    <name>mantissa::ui::ToolBar</name>
    <message>
        <source>Tools</source>
        <translation>Werkzeuge</translation>
    </message>
    <message>
        <source>Open run</source>
        <translation>Lauf öffnen</translation>
    </message>
    <message>
        <source>Guide</source>
        <translation>Anleitung</translation>
    </message>
    <message>
        <source>Start</source>
        <translation>Starten</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>Pause</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Anhalten</translation>
    </message>
    <message>
        <source>Queue this set-up</source>
        <translation>Diese Einrichtung einreihen</translation>
    </message>
    <message>
        <source>Queue it with five seeds</source>
        <translation>Mit fünf Startwerten einreihen</translation>
    </message>
    <message>
        <source>Queue</source>
        <translation>Warteschlange</translation>
    </message>
    <message>
        <source>Trains once what runs is done</source>
        <translation>Trainiert, sobald das Laufende fertig ist</translation>
    </message>
    <message>
        <source>Follow</source>
        <translation>Folgen</translation>
    </message>
    <message>
        <source>Shows what arrives; zooming lets go of it  (End)</source>
        <translation>Zeigt, was ankommt; Zoomen löst es  (Ende)</translation>
    </message>
    <message>
        <source>View before  (Alt+Left)</source>
        <translation>Ansicht davor  (Alt+Links)</translation>
    </message>
    <message>
        <source>View after  (Alt+Right)</source>
        <translation>Ansicht danach  (Alt+Rechts)</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>Ausgeben</translation>
    </message>
    <message>
        <source>Reports, charts, numbers, and the command that does the same</source>
        <translation>Berichte, Diagramme, Zahlen und der Befehl, der dasselbe tut</translation>
    </message>
    <message>
        <source>As the system</source>
        <translation>Wie das System</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>Hell</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>Dunkel</translation>
    </message>
    <message>
        <source>Theme</source>
        <translation>Farben</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>Weiter</translation>
    </message>
    <message>
        <source>Desktop notifications</source>
        <translation>Meldungen auf dem Schreibtisch</translation>
    </message>
    <message>
        <source>While another window is in front: a run ended, its loss left its course, its quality is beyond the limit, its disk is full</source>
        <translation>Während ein anderes Fenster vorn ist: ein Lauf ist zu Ende, sein Verlust hat die Bahn verlassen, seine Qualität ist jenseits der Grenze, seine Platte ist voll</translation>
    </message>
    <message>
        <source>Language of the system</source>
        <translation>Sprache des Systems</translation>
    </message>
    <message>
        <source>From the next start of the window on</source>
        <translation>Vom nächsten Start des Fensters an</translation>
    </message>
    <message>
        <source>Start waits for the set-up. %1</source>
        <translation>Start wartet auf die Einrichtung. %1</translation>
    </message>
    <message>
        <source>Stop now</source>
        <translation>Jetzt anhalten</translation>
    </message>
    <message>
        <source>Leaves the last evaluation out; a checkpoint is written all the same</source>
        <translation>Lässt die letzte Prüfung weg; ein Checkpoint wird trotzdem geschrieben</translation>
    </message>
</context>
<context>
    <name>mantissa::ui::TrainPage</name>
    <message>
        <source>Device memory by class over the run</source>
        <translation>Gerätespeicher nach Klassen über den Lauf</translation>
    </message>
    <message>
        <source>Device memory by class</source>
        <translation>Gerätespeicher nach Klassen</translation>
    </message>
    <message>
        <source>Phases</source>
        <translation>Phasen</translation>
    </message>
    <message>
        <source>blue marks: casts; grey: checkpoints; red: skipped steps</source>
        <translation>blaue Marken: Wandlungen; graue: Sicherungen; rote: ausgelassene Schritte</translation>
    </message>
    <message>
        <source>Unit of the x axis</source>
        <translation>Einheit der x-Achse</translation>
    </message>
    <message>
        <source>What the x axis of all plots counts. A tick is a step or a probe of Predict, so that every phase has a width.</source>
        <translation>Was die x-Achse aller Diagramme zählt. Ein Tick ist ein Schritt oder eine Probe in Predict, damit jede Phase eine Breite hat.</translation>
    </message>
    <message>
        <source>axis: ticks</source>
        <translation>Achse: Ticks</translation>
    </message>
    <message>
        <source>axis: steps</source>
        <translation>Achse: Schritte</translation>
    </message>
    <message>
        <source>axis: tokens</source>
        <translation>Achse: Tokens</translation>
    </message>
    <message>
        <source>axis: time</source>
        <translation>Achse: Zeit</translation>
    </message>
    <message>
        <source>memory by class appears here, measured, from the first step</source>
        <translation>Speicher nach Klassen erscheint hier, gemessen, vom ersten Schritt an</translation>
    </message>
    <message>
        <source>Card</source>
        <translation>Karte</translation>
    </message>
    <message>
        <source>by its driver, about once a second; dotted: limits</source>
        <translation>vom Treiber, etwa einmal in der Sekunde; gepunktet: Grenzen</translation>
    </message>
</context>
<context>
    <name>mantissa::ui::TrainingChip</name>
    <message>
        <source>Shows the run that trains again; it goes on meanwhile</source>
        <translation>Zeigt wieder den Lauf, der trainiert wird; er läuft indessen weiter</translation>
    </message>
    <message>
        <source>paused</source>
        <translation>angehalten</translation>
    </message>
    <message>
        <source>training</source>
        <translation>wird trainiert</translation>
    </message>
    <message>
        <source>stopping</source>
        <translation>hält an</translation>
    </message>
    <message>
        <source>● %1: %2 · step %3/%4</source>
        <translation>● %1: %2 · Schritt %3/%4</translation>
    </message>
</context>
<context>
    <name>mantissa::ui::TrainingForm</name>
    <message>
        <source>Optimizer, evaluation and phases</source>
        <translation>Optimierer, Prüfung und Phasen</translation>
    </message>
    <message>
        <source>learning rate</source>
        <translation>Lernrate</translation>
    </message>
    <message>
        <source>At its highest, after the linear warm-up</source>
        <translation>An ihrem höchsten Punkt, nach dem linearen Anlauf</translation>
    </message>
    <message>
        <source>cosine</source>
        <translation>Kosinus</translation>
    </message>
    <message>
        <source>linear</source>
        <translation>linear</translation>
    </message>
    <message>
        <source>constant</source>
        <translation>konstant</translation>
    </message>
    <message>
        <source>schedule</source>
        <translation>Verlauf</translation>
    </message>
    <message>
        <source>How the learning rate falls after its warm-up</source>
        <translation>Wie die Lernrate nach ihrem Anlauf fällt</translation>
    </message>
    <message>
        <source>rate warm-up</source>
        <translation>Anlauf der Rate</translation>
    </message>
    <message>
        <source>Steps over which the learning rate rises from 0</source>
        <translation>Schritte, über die die Lernrate von 0 steigt</translation>
    </message>
    <message>
        <source>lowest rate</source>
        <translation>tiefste Rate</translation>
    </message>
    <message>
        <source>weight decay</source>
        <translation>Gewichtszerfall</translation>
    </message>
    <message>
        <source>On matrices only</source>
        <translation>Nur auf Matrizen</translation>
    </message>
    <message>
        <source>clip norm</source>
        <translation>Kappungsnorm</translation>
    </message>
    <message>
        <source>Gradients longer than this are shortened; 0 never</source>
        <translation>Längere Gradienten werden gekürzt; 0 nie</translation>
    </message>
    <message>
        <source>How long the first moment remembers, 0 to 1</source>
        <translation>Wie lange das erste Moment sich erinnert, 0 bis 1</translation>
    </message>
    <message>
        <source>How long the second moment remembers, 0 to 1</source>
        <translation>Wie lange das zweite Moment sich erinnert, 0 bis 1</translation>
    </message>
    <message>
        <source>Added to the root of the second moment</source>
        <translation>Kommt zur Wurzel des zweiten Moments</translation>
    </message>
    <message>
        <source>Training and evaluation</source>
        <translation>Training und Prüfung</translation>
    </message>
    <message>
        <source>micro-batches</source>
        <translation>Teil-Batches</translation>
    </message>
    <message>
        <source>Batches whose gradients are summed before an update</source>
        <translation>Batches, deren Gradienten vor einem Update summiert werden</translation>
    </message>
    <message>
        <source>seed</source>
        <translation>Seed</translation>
    </message>
    <message>
        <source>Decides the start, the order of the data and every random number</source>
        <translation>Entscheidet über den Anfang, die Reihenfolge der Daten und jede Zufallszahl</translation>
    </message>
    <message>
        <source>threads</source>
        <translation>Threads</translation>
    </message>
    <message>
        <source>Of the processor; 0 takes all cores</source>
        <translation>Des Prozessors; 0 nimmt alle Kerne</translation>
    </message>
    <message>
        <source>evaluate every</source>
        <translation>prüfen alle</translation>
    </message>
    <message>
        <source>Steps between evaluations; 0 only at the end</source>
        <translation>Schritte zwischen Prüfungen; 0 nur am Ende</translation>
    </message>
    <message>
        <source>evaluation batches</source>
        <translation>Prüf-Batches</translation>
    </message>
    <message>
        <source>Fixed batches of the part that is never trained on; 0 all of it</source>
        <translation>Feste Batches des Teils, auf dem nie trainiert wird; 0 alles davon</translation>
    </message>
    <message>
        <source>save every</source>
        <translation>sichern alle</translation>
    </message>
    <message>
        <source>Steps between checkpoints; 0 only at the end</source>
        <translation>Schritte zwischen Checkpoints; 0 nur am Ende</translation>
    </message>
    <message>
        <source>Rhythm of the phases</source>
        <translation>Rhythmus der Phasen</translation>
    </message>
    <message>
        <source>Steps at the beginning, once</source>
        <translation>Schritte am Anfang, einmal</translation>
    </message>
    <message>
        <source>Steps of a Full block</source>
        <translation>Schritte eines Full-Blocks</translation>
    </message>
    <message>
        <source>Predict, at most</source>
        <translation>Predict, höchstens</translation>
    </message>
    <message>
        <source>Forward-only batches after a Full block; 0 turns Predict off</source>
        <translation>Nur vorwärts gerechnete Batches nach einem Full-Block; 0 schaltet Predict aus</translation>
    </message>
    <message>
        <source>Steps after a Predict block</source>
        <translation>Schritte nach einem Predict-Block</translation>
    </message>
    <message>
        <source>numbers every</source>
        <translation>Zahlen alle</translation>
    </message>
    <message>
        <source>Steps between looks at how numbers fare in each format (Numbers page); 0 only on demand</source>
        <translation>Schritte zwischen Blicken darauf, wie es den Zahlen in jedem Format geht (Seite Zahlen); 0 nur auf Anfrage</translation>
    </message>
    <message>
        <source>epochs</source>
        <translation>Epochen</translation>
    </message>
    <message>
        <source>Times over all samples, each once in each; the number of steps follows from it. 0: the steps above count</source>
        <translation>Durchgänge durch alle Beispiele, jedes einmal je Durchgang; die Zahl der Schritte folgt daraus. 0: die Schritte oben zählen</translation>
    </message>
    <message>
        <source>patience</source>
        <translation>Geduld</translation>
    </message>
    <message>
        <source>Evaluations in a row without a lower loss after which the run stops early; 0 never</source>
        <translation>Prüfungen in Folge ohne kleineren Verlust, nach denen der Lauf früher endet; 0 nie</translation>
    </message>
    <message>
        <source>minutes at most</source>
        <translation>höchstens Minuten</translation>
    </message>
    <message>
        <source>After so many the run stops early; 0 never</source>
        <translation>Nach so vielen endet der Lauf früher; 0 nie</translation>
    </message>
    <message>
        <source>keep the best</source>
        <translation>besten behalten</translation>
    </message>
    <message>
        <source>A checkpoint at each evaluation that is the best so far; the last such is kept beside the newest</source>
        <translation>Ein Checkpoint bei jeder Prüfung, die bisher die beste ist; der letzte solche bleibt neben dem neuesten</translation>
    </message>
    <message>
        <source>stop at a spike</source>
        <translation>bei Ausreißer enden</translation>
    </message>
    <message>
        <source>When the loss leaves its course, go back to the last good state and end there, instead of going on in FP32</source>
        <translation>Verlässt der Verlust seinen Verlauf: zurück zum letzten guten Stand und dort enden, statt in FP32 weiterzugehen</translation>
    </message>
    <message>
        <source>What is left of the learning rate at the end, as a fraction of it: 0.1 is a tenth</source>
        <translation>Was am Ende von der Lernrate bleibt, als Bruchteil von ihr: 0.1 ist ein Zehntel</translation>
    </message>
    <message>
        <source>× rate</source>
        <translation>× Rate</translation>
    </message>
    <message>
        <source>least confidence</source>
        <translation>kleinste Sicherheit</translation>
    </message>
    <message>
        <source>How sure Predict must be, from its last blocks, that it finds a lower loss: 0 to 1. Below it Predict is put off for a Full block twice as long</source>
        <translation>Wie sicher Predict nach seinen letzten Blöcken sein muss, einen kleineren Verlust zu finden: 0 bis 1. Darunter wird Predict um einen doppelt so langen Full-Block aufgeschoben</translation>
    </message>
    <message>
        <source>save minutes</source>
        <translation>sichern, Minuten</translation>
    </message>
    <message>
        <source>Where steps are long, a checkpoint after so many minutes as well; 0: by steps alone</source>
        <translation>Bei langen Schritten auch nach so vielen Minuten ein Checkpoint; 0: nur nach Schritten</translation>
    </message>
</context>
<context>
    <name>mantissa::ui::WhatIfBars</name>
    <message>
        <source>Recorded and predicted peak memory by phase</source>
        <translation>Gemessener und vorhergesagter Spitzenspeicher je Phase</translation>
    </message>
    <message>
        <source>%1: %2, then %3</source>
        <translation>%1: %2, dann %3</translation>
    </message>
    <message>
        <source>did not run</source>
        <translation>lief nicht</translation>
    </message>
    <message>
        <source>would not run</source>
        <translation>liefe nicht</translation>
    </message>
    <message>
        <source> measured</source>
        <translation> gemessen</translation>
    </message>
    <message>
        <source> predicted</source>
        <translation> vorhergesagt</translation>
    </message>
    <message>
        <source> estimate</source>
        <translation> geschätzt</translation>
    </message>
</context>
<context>
    <name>mantissa::ui::WhatIfDialog</name>
    <message>
        <source>block by block</source>
        <translation>Block für Block</translation>
    </message>
    <message>
        <source>release gradients</source>
        <translation>Gradienten freigeben</translation>
    </message>
    <message>
        <source>What if… · %1</source>
        <translation>Was wäre wenn… · %1</translation>
    </message>
    <message>
        <source>What this run would have needed with other choices. A phase that they leave alone keeps what was measured; the others are predicted from it by the difference of two estimates. Seconds are of steps that this run really did.</source>
        <translation>Was dieser Lauf mit anderen Einstellungen gebraucht hätte. Eine Phase, die sie nicht berühren, behält, was gemessen wurde; die anderen werden daraus durch den Unterschied zweier Schätzungen vorhergesagt. Sekunden sind die von Schritten, die dieser Lauf wirklich gemacht hat.</translation>
    </message>
    <message>
        <source>Changed precision table</source>
        <translation>Geänderte Formattabelle</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Full</source>
        <translation>Full</translation>
    </message>
    <message>
        <source>Predict, at most</source>
        <translation>Predict, höchstens</translation>
    </message>
    <message>
        <source>Correct</source>
        <translation>Correct</translation>
    </message>
    <message>
        <source>not measured in this run</source>
        <translation>in diesem Lauf nicht gemessen</translation>
    </message>
    <message>
        <source>Peak %1 → %2, held by %3. Time %4 → %5.</source>
        <translation>Spitze %1 → %2, von %3. Zeit %4 → %5.</translation>
    </message>
    <message>
        <source>Use in the set-up</source>
        <translation>In die Einrichtung übernehmen</translation>
    </message>
    <message>
        <source>A run trains; its table is edited in the set-up itself</source>
        <translation>Ein Lauf trainiert; seine Tabelle wird in der Einrichtung selbst geändert</translation>
    </message>
    <message>
        <source>Nothing is changed yet: peak %1, held by %2, in %3, as it was measured.</source>
        <translation>Noch ist nichts geändert: Spitze %1, gehalten von %2, in %3, wie gemessen.</translation>
    </message>
</context>
</TS>
