// The slim build of Elasticsearch has no GET /, where elasticdump asks for the version: told instead.
// Loaded before elasticdump; ELASTICDUMP_FOLDER is where it is installed.
const Base = require(process.env.ELASTICDUMP_FOLDER + '/lib/transports/__es__/_base.js')

Base.prototype.version = function (_prefix, callback) {
  if (this.ESversion) return callback()
  this.ESFullversion = this.DistributionVersion = '8.19.21'
  this.ESversion = '8'
  this.ESDistribution = 'elasticsearch'
  this.IsOpenSearch = false
  this.setSearchBody()
  callback()
}
