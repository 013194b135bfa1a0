// The Express peer: checks the same signature, does the same one INSERT, answers the same NCCO.
"use strict";

const cluster = require("node:cluster");
const crypto = require("node:crypto");
const fs = require("node:fs");

const express = require("express");
const jwt = require("jsonwebtoken");

const WORKERS = 2;
const MAX_AGE_SECONDS = 300;
const CONNECTIONS = 4; // to PostgreSQL in each worker: as many as a Python peer has threads

const template = process.env.BENCH_TEMPLATE;
const { columns, heard } = template ? JSON.parse(fs.readFileSync(template, "utf8")) : { columns: [], heard: {} };
const [CALL, AT] = ["call_id", "at"].map((name) => columns.indexOf(name));
const url = process.env.BENCH_DATABASE_URL;

function insertSql(holder) {
  const holders = columns.map((_, index) => holder(index + 1)).join(", ");
  const into = `INSERT INTO ${process.env.BENCH_TABLE} (${columns.join(", ")})`;
  return `${into} VALUES (${holders}) ON CONFLICT (call_id, n) DO NOTHING`;
}

function row(template, payload, at) {
  const values = [...template.row];
  values[CALL] = payload.uuid;
  values[AT] = at;
  return values;
}

// The driver that comes with Node (22.5 and newer), else better-sqlite3; both have the same shape here.
function openSqlite(path) {
  let database;
  try {
    const { DatabaseSync } = require("node:sqlite");
    database = new DatabaseSync(path);
  } catch {
    database = new (require("better-sqlite3"))(path);
  }
  database.exec("PRAGMA busy_timeout = 20000");
  for (const pragma of JSON.parse(process.env.BENCH_PRAGMAS)) database.exec(`PRAGMA ${pragma}`);
  return database;
}

function postgresStore() {
  const { Pool } = require("pg");
  const pool = new Pool({ connectionString: url, max: CONNECTIONS });
  const text = insertSql((number) => `$${number}`);
  return (template, payload) => pool.query({ name: "turn", text, values: row(template, payload, new Date()) });
}

function sqliteStore() {
  const statement = openSqlite(url.slice("sqlite:///".length)).prepare(insertSql(() => "?"));
  return (template, payload) => {
    const at = new Date().toISOString().replace("T", " ").replace("Z", "000");
    statement.run(...row(template, payload, at));
  };
}

function verified(authorization, body) {
  const options = { algorithms: ["HS256"], clockTolerance: MAX_AGE_SECONDS };
  const claims = jwt.verify((authorization || "").replace(/^Bearer /, ""), process.env.BENCH_SECRET, options);
  const hash = crypto.createHash("sha256").update(body).digest("hex");
  const age = Math.abs(Date.now() / 1000 - claims.iat);
  if (!(age <= MAX_AGE_SECONDS) || claims.application_id !== process.env.BENCH_APPLICATION) throw new Error("stale");
  if (!crypto.timingSafeEqual(Buffer.from(claims.payload_hash), Buffer.from(hash))) throw new Error("another body");
  return JSON.parse(body);
}

function serve(port) {
  const store = url.startsWith("postgres") ? postgresStore() : sqliteStore();
  const app = express();
  app.disable("x-powered-by");
  app.disable("etag");
  app.post("/webhooks/event/:sealed/", express.raw({ type: () => true, limit: "64kb" }), async (request, response) => {
    let payload;
    try {
      payload = verified(request.get("authorization"), request.body);
    } catch {
      return response.status(401).type("text/plain").send("wrong signature");
    }
    const template = heard[payload.dtmf.digits];
    await store(template, payload);
    return response.type("application/json").send(template.ncco);
  });
  app.listen(port, "127.0.0.1").keepAliveTimeout = 75_000;
}

if (process.argv[2] === "--can-sqlite") {
  openSqlite(":memory:");
} else if (cluster.isPrimary) {
  for (let worker = 0; worker < WORKERS; worker += 1) cluster.fork();
} else {
  serve(Number(process.argv[2]));
}
