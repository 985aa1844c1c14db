import { expect, test } from "vitest";
import { cutSentence, detailsOf, placeOf } from "./audit";

test("a line leads to what it is about, unless that is gone", () => {
  expect(placeOf({ action: "survey.publish", subject: "srv_1" })).toEqual({
    to: "/surveys/srv_1/results",
  });
  expect(placeOf({ action: "survey.delete", subject: "srv_1" })).toBeUndefined();
  expect(placeOf({ action: "customer.erase", subject: "ers_1" })).toEqual({
    to: "/settings/privacy/erasures/ers_1",
  });
  expect(placeOf({ action: "response.correct", subject: "rec_1" })).toBeUndefined();
});

test("details are what changed, without ids and documents", () => {
  expect(detailsOf(null)).toEqual([]);
  expect(detailsOf({ customer: "cus_1", mode: "delete", definition: { a: 1 } })).toEqual([
    { name: "mode", to: "delete" },
  ]);
  expect(detailsOf({ role: { from: "viewer", to: "admin" }, units: [] })).toEqual([
    { name: "role", from: "viewer", to: "admin" },
    { name: "units", to: [] },
  ]);
});

test("a sentence is cut where who and what stand, in either order", () => {
  expect(cutSentence("{{who}} published {{what}}")).toEqual([
    "who",
    { text: " published " },
    "what",
  ]);
  expect(cutSentence("{{what}}が参加")).toEqual(["what", { text: "が参加" }]);
});
