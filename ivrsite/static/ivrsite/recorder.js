// Records in the browser, and puts what was kept in the place of the file of the form. Without a microphone, or on a
// page that is not https, the form is what it is: one for files.

const form = document.getElementById("audio_form");
const part = document.getElementById("recorder");
const MOST_SECONDS = 300;
const FORMATS = ["audio/webm;codecs=opus", "audio/mp4", "audio/ogg;codecs=opus", "audio/webm"];

function begin() {
  const words = part.dataset;
  const [record, stop, keep, drop] = ["record", "stop", "keep", "drop"].map((id) => document.getElementById(`rec_${id}`));
  const [status, meter, heard] = ["status", "meter", "heard"].map((id) => document.getElementById(`rec_${id}`));
  const file = form.elements.file;
  let recorder = null;
  let stream = null;
  let context = null;
  let clock = 0;
  let seconds = 0;
  let made = null;

  const say = (text) => { status.textContent = text; };
  const show = (...shown) => {
    for (const one of [record, stop, keep, drop, heard, meter]) one.hidden = !shown.includes(one);
  };

  function release() {
    clearInterval(clock);
    for (const track of stream ? stream.getTracks() : []) track.stop();
    if (context) context.close();
    stream = context = null;
  }

  function watchLevel() {
    context = new AudioContext();
    const analyser = context.createAnalyser();
    const levels = new Uint8Array(analyser.fftSize);
    context.createMediaStreamSource(stream).connect(analyser);
    const draw = () => {
      if (!context) return;
      analyser.getByteTimeDomainData(levels);
      meter.value = Math.max(...levels.map((level) => Math.abs(level - 128))) / 128;
      requestAnimationFrame(draw);
    };
    draw();
  }

  async function start() {
    try {
      stream = await navigator.mediaDevices.getUserMedia({ audio: { channelCount: 1, noiseSuppression: true } });
    } catch (fault) {
      say(fault.name === "NotFoundError" ? words.none : words.refused);
      return;
    }
    const type = FORMATS.find((one) => MediaRecorder.isTypeSupported(one)) || "";
    const parts = [];
    recorder = new MediaRecorder(stream, type ? { mimeType: type } : {});
    recorder.addEventListener("dataavailable", (event) => parts.push(event.data));
    recorder.addEventListener("stop", () => finish(new Blob(parts, { type: recorder.mimeType })));
    recorder.start(1000);
    seconds = 0;
    say(words.on);
    show(stop, meter);
    stop.focus();
    watchLevel();
    clock = setInterval(() => {
      seconds += 1;
      stop.querySelector("span").textContent = ` ${seconds} s`;
      if (seconds >= MOST_SECONDS) finishRecording();
    }, 1000);
  }

  function finishRecording() {
    if (recorder && recorder.state !== "inactive") recorder.stop();
  }

  function finish(blob) {
    release();
    made = blob;
    if (heard.src) URL.revokeObjectURL(heard.src);
    heard.src = URL.createObjectURL(blob);
    stop.querySelector("span").textContent = "";
    say(words.done);
    show(heard, keep, drop);
    keep.focus();
  }

  function keepIt() {
    const ending = made.type.includes("mp4") ? "m4a" : made.type.includes("ogg") ? "ogg" : "webm";
    const holder = new DataTransfer();
    holder.items.add(new File([made], `recorded.${ending}`, { type: made.type }));
    file.files = holder.files;
    file.setCustomValidity("");
    say(words.kept);
    show(heard, drop);
    form.elements.name.focus();
  }

  function dropIt() {
    if (file.files[0] && made && file.files[0].name.startsWith("recorded.")) file.value = "";
    made = null;
    heard.pause();
    say(words.dropped);
    show(record);
    record.focus();
  }

  record.addEventListener("click", start);
  stop.addEventListener("click", finishRecording);
  keep.addEventListener("click", keepIt);
  drop.addEventListener("click", dropIt);
  show(record);
  part.hidden = false;
}

function checkSize() {
  const file = form.elements.file;
  file.addEventListener("change", () => {
    const big = file.files[0] && file.files[0].size > Number(file.dataset.most);
    file.setCustomValidity(big ? form.dataset.tooBig : "");
    if (big) file.reportValidity();
  });
}

if (form) {
  checkSize();
  if (window.MediaRecorder && window.DataTransfer && navigator.mediaDevices) begin();
  form.addEventListener("submit", () => {
    const button = form.querySelector("[type=submit]");
    document.getElementById("sending").textContent = form.dataset.sending;
    setTimeout(() => { button.disabled = true; });
  });
}
