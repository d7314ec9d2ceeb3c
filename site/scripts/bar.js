"use strict";
// On a telephone the staff's pages stand in one row that is pushed sideways: the one that is open comes into sight.
document.querySelector(".staff-nav [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
