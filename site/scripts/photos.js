"use strict";
// Photographs, shrunk on the phone before they are sent. Shared by the filing form (at the end of this file) and by the staff's
// pages (offline.js).
window.shounuoPictures = (() => {
  const LONGEST_SIDE = 1600;
  const QUALITY = 0.8;

  const make = (name, properties, ...children) => {
    const made = Object.assign(document.createElement(name), properties);
    made.append(...children);
    return made;
  };

  // What a telephone's camera makes, upright and small, as a JPEG without the place where it was taken.
  const shrunk = async (file) => {
    const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
    const scale = Math.min(1, LONGEST_SIDE / Math.max(picture.width, picture.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(picture.width * scale));
    canvas.height = Math.max(1, Math.round(picture.height * scale));
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    picture.close();
    const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", QUALITY));
    if (!blob) throw new Error("no picture");
    return blob;
  };

  // The field that photographs are chosen in: `box` goes into the page, `chosen` fills as they are taken.
  const picker = ({ id, most, label, hint, say }) => {
    const chosen = [];
    const input = make("input", { type: "file", id, accept: "image/*", multiple: true });
    const pick = make(
      "div",
      { className: "photos__pick" },
      make("span", { className: "button button--quiet", ariaHidden: "true", textContent: say("拍照或选照片", "Take or choose photographs") }),
      input,
    );
    const told = make("p", { className: "field-error", id: `${id}-error`, hidden: true });
    const list = make("ul", { className: "photos__list" });
    const box = make(
      "div",
      { className: "field photos", id: `field-${id}` },
      make("label", { className: "label", htmlFor: id, textContent: label }),
      make("p", { className: "hint", id: `${id}-hint`, textContent: hint }),
      told,
      pick,
      list,
    );
    input.setAttribute("aria-describedby", `${id}-hint ${id}-error`);

    const complain = (sentence) => {
      told.textContent = sentence;
      told.hidden = !sentence;
    };

    const show = () => {
      list.replaceChildren(
        ...chosen.map((photo, at) => {
          const remove = make("button", { type: "button", textContent: say("去掉", "Remove") });
          remove.setAttribute("aria-label", say(`去掉第 ${at + 1} 张照片`, `Remove photograph ${at + 1}`));
          remove.addEventListener("click", () => {
            URL.revokeObjectURL(photo.address);
            chosen.splice(chosen.indexOf(photo), 1);
            show();
            input.focus();
          });
          return make("li", {}, make("img", { src: photo.address, alt: say(`第 ${at + 1} 张照片`, `Photograph ${at + 1}`) }), remove);
        }),
      );
      pick.hidden = chosen.length >= most;
    };

    input.addEventListener("change", async () => {
      complain("");
      for (const file of input.files) {
        if (chosen.length >= most) {
          complain(say(`最多 ${most} 张，多出来的没有加上。`, `Up to ${most}; the others were left out.`));
          break;
        }
        try {
          const blob = await shrunk(file);
          chosen.push({ blob, address: URL.createObjectURL(blob) });
        } catch {
          complain(say("有一张照片打不开，换一张试试。", "One photograph could not be read. Try another."));
        }
      }
      input.value = "";
      show();
    });
    const empty = () => {
      chosen.length = 0;
      show();
    };
    return { box, chosen, complain, empty };
  };

  // Asks the portal for a way (`announce`) and posts the photograph there; gives the address at which to say that it is done.
  const toStore = async (announce, blob, signal) => {
    const asked = await fetch(announce, {
      method: "POST",
      headers: { "Content-Type": "application/json", Accept: "application/json" },
      body: JSON.stringify({ size: blob.size, type: "image/jpeg" }),
      signal,
    });
    if (!asked.ok) return { asked };
    const { url, fields, done } = await asked.json();
    const body = new FormData();
    for (const [name, value] of Object.entries(fields)) body.append(name, value);
    body.append("file", blob, "photo.jpg");
    const sent = await fetch(url, { method: "POST", body, signal });
    if (!sent.ok) throw new Error(`not taken: ${sent.status}`);
    return { asked, done };
  };

  return { make, picker, toStore };
})();

// Up to three photographs for a filing. They are sent after the case is filed, so that a slow upload never stands between a
// person and the promise.
(() => {
  const form = document.querySelector("form[data-photos]");
  const place = document.getElementById("photos-here");
  if (!form || !place || !window.createImageBitmap) return;

  const most = Number(form.dataset.photos);
  const zh = form.dataset.language !== "en";
  const say = (chinese, english) => (zh ? chinese : english);
  const { box, chosen } = shounuoPictures.picker({
    id: "photos",
    most,
    label: say("照片（可以不传）", "Photographs (optional)"),
    hint: form.dataset.photosHint || say(`最多 ${most} 张。拍清楚位置，师傅能带对工具。`, `Up to ${most}. A clear view helps us bring the right tools.`),
    say,
  });
  place.append(box);

  const uploadOne = async (announce, blob) => {
    const { asked, done } = await shounuoPictures.toStore(announce, blob);
    if (!done) throw new Error(`refused: ${asked.status}`);
    const noted = await fetch(done, { method: "POST", headers: { Accept: "application/json" } });
    if (!noted.ok) throw new Error(`not noted: ${noted.status}`);
  };

  const lost = form.dataset.photosHint
    ? say("已收到，但有照片没有传上去，可以在修改时再加。", "Received, but a photograph was not sent. You can add it when you change your post.")
    : say("已收到，但照片没有传上去，师傅到了可以当面看。", "Received, but a photograph was not sent; show it when we come.");

  // filing.js calls this after what was filed exists; a failure never hides the receipt.
  window.shounuoPhotos = {
    async upload(announce, tell) {
      for (const [at, photo] of chosen.entries()) {
        tell(say(`已收到。正在传第 ${at + 1} 张照片…`, `Received. Sending photograph ${at + 1}…`));
        try {
          await uploadOne(announce, photo.blob);
        } catch {
          tell(lost);
          await new Promise((go) => setTimeout(go, 1500));
          return;
        }
      }
    },
  };
})();
