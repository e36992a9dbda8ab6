// Reads a JSON list of iCalendar texts on stdin, parses each with ical.js and prints what it says as JSON.
import { readFileSync } from "node:fs";
import ICAL from "./ical.mjs";

const seconds = (time) => Math.round(time.toJSDate().getTime() / 1000);

function event(component) {
  const read = new ICAL.Event(component);
  const people = (name) => component.getAllProperties(name).map((each) => [each.getParameter("cn"), each.getFirstValue()]);
  return {
    uid: read.uid,
    sequence: read.sequence,
    stamp: seconds(component.getFirstPropertyValue("dtstamp")),
    start: seconds(read.startDate),
    end: seconds(read.endDate),
    zone: component.getFirstProperty("dtstart").getParameter("tzid") ?? "UTC",
    status: component.getFirstPropertyValue("status"),
    summary: read.summary,
    location: read.location,
    description: read.description,
    organisers: people("organizer"),
    attendees: people("attendee"),
    alarms: component.getAllSubcomponents("valarm").map((each) => each.getFirstPropertyValue("trigger").toSeconds()),
  };
}

function calendar(text) {
  const component = new ICAL.Component(ICAL.parse(text));
  for (const zone of component.getAllSubcomponents("vtimezone")) {
    ICAL.TimezoneService.register(zone.getFirstPropertyValue("tzid"), new ICAL.Timezone(zone));
  }
  return {
    method: component.getFirstPropertyValue("method"),
    name: component.getFirstPropertyValue("x-wr-calname"),
    events: component.getAllSubcomponents("vevent").map(event),
  };
}

console.log(JSON.stringify(JSON.parse(readFileSync(0, "utf8")).map(calendar)));
