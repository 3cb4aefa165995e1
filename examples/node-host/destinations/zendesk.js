module.exports = require("mapwright").destination("../../mappings/zendesk.yaml", { endpoint: process.env.ENDPOINT });
